/**
 * The simulators as a program of their own:
 *   node devices/simulators/main.ts --city FILE --mqtt URL [--interface 127.0.0.1] [--speed 6] [--hour 10|clock] ...
 * Prints `{"event":"cameras","cameras":[...]}` when the cameras have something to show and `{"event":"ready"}` when every terminal is
 * online, one JSON line each. Lines on standard input make things go wrong (see command.ts and camera/command.ts).
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '#lib/clock.ts';
import { createLogger } from '#lib/logger.ts';
import { SimulatedCity } from './city.ts';
import { CitySimulator } from './city-simulator.ts';
import { parseCameraCommand } from './camera/command.ts';
import { parseCommand } from './command.ts';

const Options = z.object({
  city: z.string(),
  mqtt: z.url(),
  'mqtt-username': z.string().optional(),
  'mqtt-password': z.string().optional(),
  interface: z.ipv4().default('127.0.0.1'),
  ffmpeg: z.string().default('ffmpeg'),
  /** Simulation seconds in a real second. */
  speed: z.coerce.number().positive().max(1000).default(1),
  hour: z.union([z.literal('clock'), z.coerce.number().int().min(0).max(23)]).default('clock'),
  /** Mean simulation seconds between walk-offs in a hall; 0: only on command. */
  'walk-offs': z.coerce.number().nonnegative().default(0),
  crowd: z.coerce.number().int().nonnegative().default(0),
  barcode: z.boolean().default(false),
  /** Folder for rendered pictures, so that only the first start waits for them. */
  cache: z.string().optional(),
  'log-level': z.string().default('warn'),
  /** Nobody is in the halls, and no terminal is online, before a line `open` on standard input. */
  closed: z.boolean().default(false),
  /** Ends when standard input does: so that the simulators cannot outlive whoever started them. */
  'until-stdin-ends': z.boolean().default(false),
});

const flags = new Set(['barcode', 'closed', 'until-stdin-ends']);
const { values } = parseArgs({
  options: Object.fromEntries(
    Object.keys(Options.shape).map((name) => [
      name,
      { type: flags.has(name) ? ('boolean' as const) : ('string' as const) },
    ]),
  ),
});
const parsed = Options.safeParse(values);
if (!parsed.success) {
  console.error(z.prettifyError(parsed.error));
  process.exit(2);
}
const options = parsed.data;
const city = SimulatedCity.parse(JSON.parse(await readFile(options.city, 'utf8')));

const simulator = new CitySimulator({
  city,
  mqttUrl: options.mqtt,
  ...(options['mqtt-username'] === undefined ? {} : { mqttUsername: options['mqtt-username'] }),
  ...(options['mqtt-password'] === undefined ? {} : { mqttPassword: options['mqtt-password'] }),
  interfaceAddress: options.interface,
  ffmpegPath: options.ffmpeg,
  clock: systemClock,
  log: createLogger({ level: options['log-level'], pretty: false }),
  speed: options.speed,
  hour: options.hour,
  walkOffEverySec: options['walk-offs'],
  openingCrowd: options.crowd,
  barcode: options.barcode,
  cacheFolder: options.cache ?? null,
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

const input = createInterface({ input: process.stdin });
const opens = Promise.withResolvers<void>();
if (!options.closed) opens.resolve();
input.on('line', (line) => {
  if (line.trim() === '') return;
  if (line === 'open') return opens.resolve();
  const ofCamera = parseCameraCommand(line);
  if (ofCamera) {
    if (simulator.applyToCamera(ofCamera)) say({ event: 'done', line });
    else say({ event: 'refused', line, problem: `there is no camera ${ofCamera.camera}` });
    return;
  }
  const command = parseCommand(line);
  if (!command.ok) say({ event: 'refused', line, problem: command.problem });
  else if (simulator.apply(command.command)) say({ event: 'done', line });
  else say({ event: 'refused', line, problem: 'nothing of that name, or nobody in the seat' });
});
if (options['until-stdin-ends']) input.on('close', () => void stop());

await simulator.start((cameras) => say({ event: 'cameras', cameras }), opens.promise);
say({ event: 'ready' });
