/**
 * Simulated cameras as a program of their own; see docs/simulated-cameras.md and `--help`. Prints
 * `{"event":"cameras","cameras":[...]}` when they answer; lines on standard input make things go wrong.
 */
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '#lib/clock.ts';
import { createLogger } from '#lib/logger.ts';
import { CameraSimulator } from './camera-simulator.ts';
import { cameraUsage, parseCameraCommand } from './command.ts';
import type { SimulatedCamera, WindowScene } from './model.ts';

const Options = z.object({
  cameras: z.coerce.number().int().min(1).max(256).default(1).describe('how many'),
  'one-scene': z.boolean().default(false).describe('all show the same picture, painted and encoded once'),
  codec: z.enum(['h264', 'h265']).default('h264').describe('h264 or h265'),
  audio: z.enum(['none', 'aac', 'pcmu', 'pcma']).default('none').describe('none, aac, pcmu or pcma'),
  ptz: z.boolean().default(false).describe('can be moved'),
  'no-media2': z.boolean().default(false).describe('only the older media service'),
  auth: z.enum(['token', 'MD5', 'SHA-256']).default('token').describe('token, or HTTP digest beside it: MD5, SHA-256'),
  interface: z.ipv4().default('127.0.0.1').describe('address that everything is bound to'),
  'rtsp-port': z.coerce.number().int().min(0).max(65_535).default(8554).describe('of all cameras; 0: any'),
  'onvif-port': z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(8000)
    .describe('of the first, the next follow; 0: any'),
  username: z.string().default('admin').describe('of all cameras'),
  password: z.string().default('camera-demo').describe('of all cameras'),
  barcode: z.boolean().default(false).describe('the millisecond in black and white across the top, for measuring'),
  'no-discovery': z.boolean().default(false).describe('does not answer WS-Discovery'),
  ffmpeg: z.string().default('ffmpeg').describe('the program'),
  cache: z
    .string()
    .default(path.resolve(import.meta.dirname, '../../../.hallwatch/scenes'))
    .describe('rendered rooms'),
  help: z.boolean().default(false).describe('this'),
});

const isFlag = (name: string) => Options.shape[name as keyof typeof Options.shape].safeParse(true).data === true;
const names = Object.keys(Options.shape);
const { values } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: isFlag(name) ? 'boolean' : 'string' }] as const)),
});
const parsed = Options.safeParse(values);
if (!parsed.success) {
  console.error(z.prettifyError(parsed.error));
  process.exit(2);
}
const options = parsed.data;
if (options.help) {
  const usual: Record<string, unknown> = Options.parse({});
  const lines = names.map((name) => {
    const words = Options.shape[name as keyof typeof Options.shape].description;
    return `  --${name.padEnd(14)} ${words}${isFlag(name) ? '' : ` [${String(usual[name])}]`}`;
  });
  console.log(`Simulated cameras: ONVIF, RTSP, WS-Discovery.\n\n${lines.join('\n')}\n\nLines on standard input:`);
  console.log(cameraUsage.map((usage) => `  ${usage}`).join('\n'));
  process.exit(0);
}

/** What goes on before the first window, and the others in their turn. */
const sceneOf = (index: number): WindowScene => ({
  kind: 'window',
  label: String(index + 1).padStart(2, '0'),
  seed: index + 1,
  state: () => {
    const minute = Math.floor(systemClock.now() / 60_000) + index;
    return {
      staffPresent: true,
      customer: minute % 4 !== 0,
      waiting: 2 + (minute % 5),
      windowState: minute % 4 === 0 ? 'calling' : 'serving',
      ticketNo: `A${String(minute % 1000).padStart(3, '0')}`,
    };
  },
});
const shared = sceneOf(0);
const simulator = new CameraSimulator({
  clock: systemClock,
  log: createLogger({ level: 'warn', pretty: false }),
  ffmpegPath: options.ffmpeg,
  interfaceAddress: options.interface,
  rtspPort: options['rtsp-port'],
  onvifPortBase: options['onvif-port'],
  username: options.username,
  password: options.password,
  barcode: options.barcode,
  discovery: !options['no-discovery'],
  cacheFolder: options.cache,
  cameras: Array.from({ length: options.cameras }, (_, index): SimulatedCamera => {
    const number = String(index + 1).padStart(2, '0');
    return {
      id: `cam-${number}`,
      name: `CAMERA ${number}`,
      location: 'hall',
      hardware: 'HV-2M36C',
      model: 'HV-2M36C',
      serial: `0${String(86_100_000_000_000_000n + BigInt(index))}`,
      scene: options['one-scene'] ? shared : sceneOf(index),
      codec: options.codec,
      ptz: options.ptz,
      media2: !options['no-media2'],
      ...(options.audio === 'none' ? {} : { audio: options.audio }),
      ...(options.auth === 'token' ? {} : { httpDigest: options.auth }),
    };
  }),
});

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await simulator.stop();
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.trim() === '') return;
  const command = parseCameraCommand(line);
  const answer = (problem?: string) =>
    say(problem === undefined ? { event: 'done', line } : { event: 'refused', line, problem });
  if (!command) answer(`one of: ${cameraUsage.join(', ')}`);
  else if (!simulator.has(command.camera)) answer(`there is no camera ${command.camera}`);
  else void simulator.apply(command).then(() => answer());
});

await simulator.start();
say({ event: 'cameras', cameras: simulator.addresses() });
