/**
 * The gateway of callers on a serial line, as a program of its own: `npm run serial-gateway -- FILE` (docs/serial-callers.md).
 * Ends with 2 where the file is wrong.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '#lib/app-error.ts';
import { systemClock } from '#lib/clock.ts';
import { createLogger } from '#lib/logger.ts';
import { SerialGateway } from './serial-gateway.ts';
import { GatewaySettings } from './wording.ts';

const log = createLogger({ level: 'info', pretty: process.stdout.isTTY });

function refuse(words: string): never {
  console.error(words);
  process.exit(2);
}

async function gatewayOf(file: string): Promise<SerialGateway> {
  const parsed = GatewaySettings.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return new SerialGateway({ settings: parsed.data, clock: systemClock, log });
}

const [file] = process.argv.slice(2);
if (file === undefined) refuse('usage: npm run serial-gateway -- FILE');
const gateway = await gatewayOf(file).catch((error: unknown) => refuse(`${file}: ${messageOf(error)}`));
gateway.start();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void gateway.stop().then(() => process.exit(0)));
}
