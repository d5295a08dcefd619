/**
 * The demo: the product as it is, in a process of its own, beside a simulated city that speaks ONVIF, RTSP and MQTT.
 * Everything the product knows of the city it was told through its REST interface, as an administrator would.
 * `npm run demo` is three halls; `npm run demo -- --city` a whole city: 9 halls, 186 windows, 99 cameras. At the first start
 * earlier days are made up for the first three halls; `--no-history` leaves them out.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { commandUsage } from '../../devices/simulators/command.ts';
import { readConfig } from '../config.ts';
import { messageOf } from '#lib/app-error.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { runningDatabase } from '../db/embedded/running-database.ts';
import { createPool } from '../db/pool.ts';
import { demoAccounts } from './accounts.ts';
import { Child } from './child.ts';
import { DemoCases } from './cases.ts';
import { demoCity } from './city.ts';
import { nineHalls, threeHalls } from './halls.ts';
import { PRIVATE_NETWORKS } from '#lib/camera-networks.ts';
import { writeHistory } from './history.ts';
import { demoMatters } from './matters.ts';
import { Provision } from './provision.ts';
import { Rest } from './rest.ts';
import { serverFlags } from '../setup/engine-flags.mjs';

const INTERFACE = '127.0.0.1';
/** The city lives so many times as fast as ours, so that something happens while one watches. */
const SPEED = 6;
/** Somebody in a hall walks off so often, in seconds of the city. */
const WALK_OFFS_SEC = 1500;

const root = path.resolve(import.meta.dirname, '../..');
const dataDir = path.resolve(process.env['HALLWATCH_DATA'] ?? path.join(root, '.hallwatch/demo'));
/** The demo's cameras live on this machine; real ones may join them. */
const networks = ['127.0.0.0/8', ...PRIVATE_NETWORKS].join(',');
const env = {
  HALLWATCH_RTMP_PORT: '1935',
  HALLWATCH_TRAINING: 'true',
  HALLWATCH_CAMERA_NETWORKS: networks,
  ...process.env,
  HALLWATCH_DATA: dataDir,
};
const config = readConfig(env);
const mqttUrl = config.mqttUrl ?? `mqtt://${INTERFACE}:${config.mqttPort}`;
const setupCode = randomBytes(16).toString('hex');
const { values: options } = parseArgs({
  options: { city: { type: 'boolean', default: false }, 'no-history': { type: 'boolean', default: false } },
});
const city = demoCity(options.city ? nineHalls : threeHalls, { username: 'admin', password: 'camera-demo' });

await mkdir(dataDir, { recursive: true });
const cityFile = path.join(dataDir, 'city.json');
await writeFile(cityFile, JSON.stringify(city.simulated, null, 2));

const server = new Child({
  name: 'server',
  args: [...serverFlags(process.execPath), path.join(root, 'server/main.ts')],
  env: { ...env, HALLWATCH_SETUP_CODE: setupCode, HALLWATCH_LOG_FORMAT: 'json' },
  logFile: path.join(dataDir, 'server.log'),
});
const simulators = new Child({
  name: 'simulators',
  args: [
    path.join(root, 'devices/simulators/main.ts'),
    ...['--city', cityFile, '--mqtt', mqttUrl, '--interface', INTERFACE, '--ffmpeg', config.ffmpeg],
    ...[
      '--speed',
      String(SPEED),
      '--hour',
      '10',
      '--walk-offs',
      String(WALK_OFFS_SEC),
      '--crowd',
      '18',
      '--closed',
      '--until-stdin-ends',
    ],
    ...['--cache', path.join(root, '.hallwatch/scenes')],
    ...(config.mqttCredentials === null
      ? []
      : ['--mqtt-username', config.mqttCredentials.username, '--mqtt-password', config.mqttCredentials.password]),
  ],
  env,
  logFile: path.join(dataDir, 'simulators.log'),
});

let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  await simulators.stop();
  await server.stop();
  process.exit(code);
}
function ended(child: Child, code: number): void {
  if (stopping) return;
  console.error(`\nThe ${child.name} ended by itself (${code}). Its last words:\n${child.lastLines().join('\n')}\n`);
  void stop(code === 0 ? 1 : code);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!stopping) console.log('\nStopping the city, then the server ...');
    void stop(0);
  });
}

const started = performance.now();
const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
const say = (words: string) => console.log(`  ${words.padEnd(58)} ${seconds()}`);

console.log('\nStarting the demo');
server.start((code) => ended(server, code));
const url = await server.line((line) => /Hallwatch runs at (http\S+)/.exec(line)?.[1]);
say('server, database and broker run');

const rest = new Rest(url);
const provision = new Provision(rest, city);
await provision.signIn(setupCode);
await provision.places();
await provision.people();
await provision.terminals();
await provision.rules();
say(`${city.halls.length} halls with their windows, queues and terminals entered`);

/** Earlier days of the halls that are looked at closely, straight into the log: they would take days to be lived. */
async function earlierDays(): Promise<void> {
  const databaseUrl = config.databaseUrl ?? (await runningDatabase(dataDir));
  if (options['no-history'] || databaseUrl === null) return;
  const db = createPool({ url: databaseUrl, log: silentLogger, size: 1 });
  await db.start();
  try {
    const halls = city.simulated.halls.slice(0, threeHalls.length);
    const { timeZone } = city.halls[0]!;
    const written = await writeHistory(db, {
      ...{ halls, timeZone: timeZone ?? 'Asia/Shanghai', speed: SPEED, walkOffEverySec: WALK_OFFS_SEC },
      now: systemClock.now(),
    });
    if (written > 0) say(`${written.toLocaleString('en')} events of earlier days made up (simulated)`);
  } finally {
    await db.stop();
  }
}

const CamerasLine = z.object({
  event: z.literal('cameras'),
  cameras: z.array(z.object({ id: z.string(), onvifUrl: z.string() })),
});
const camerasAnswer = simulators.line((line) =>
  line.startsWith('{') ? CamerasLine.safeParse(JSON.parse(line)).data : undefined,
);
simulators.start((code) => ended(simulators, code));
const addresses = new Map((await camerasAnswer).cameras.map(({ id, onvifUrl }) => [id, onvifUrl]));
const cameras = await provision.cameras(INTERFACE, addresses);
say(`${cameras} of ${city.cameras.length} cameras found by discovery and added`);
const seats = await provision.seats();
say(`${seats} of ${city.seats.length} seats drawn in the pictures of window cameras`);
simulators.tell('open');
await provision.recording(path.join(dataDir, 'footage'));
say('their sub streams are recorded');
// Goes on beside the rest, the newest days first; what fails of it takes nothing else away.
earlierDays().catch((error: unknown) => stopping || say(`no earlier days: ${messageOf(error)}`));
const handedOver = await new DemoCases(rest, url, { hall: city.halls[0]!, counter: city.halls[2]! }).start();
say(`${handedOver} cases handed over by an approval system`);
const said = await demoMatters(rest);
if (said > 0) say(`${said} complaints, enquiries and orders written down`);

const accounts = Object.values(demoAccounts).map(
  ({ username, password, grants }) =>
    `    ${username.padEnd(12)} ${password.padEnd(20)} ${grants.map(({ role, scope }) => `${role}, ${scope.of === 'everything' ? scope.of : scope.id}`).join('; ')}`,
);
const broker = new URL(mqttUrl);
const openByHand = [
  `mosquitto_pub -h ${broker.hostname} -p ${broker.port || 1883} -q 1 -t gsh/v1/yunzhou/zhongxin/caller/w12/evt`,
  // The shell makes an id of its own for every message, out of the clock.
  String.raw`-m "{\"v\":1,\"id\":\"$(date +0000000%s%N)\",\"seq\":1,\"sid\":\"hand\",\"ts\":\"$(date -Is)\",`,
  String.raw`\"type\":\"staff.login\",\"window\":\"w12\",\"staff\":\"u9001\"}"`,
].join(' ');
console.log(`
  The wall is live:  ${url}

  Demo accounts (user, password, role and where):
${accounts.join('\n')}

  Data and logs:     ${dataDir}
  MQTT broker:       ${mqttUrl}
  RTMP:              port ${config.rtmp?.port} (docs/push-a-camera.md)

  Window 12 of the main hall is yours; open it from another terminal (more: docs/play-a-window.md):
    ${openByHand}

  Type a line to make something happen, for example:
    walk-off zhongxin w03 60
    (${commandUsage.join(' | ')})

  Ctrl-C stops everything. Deleting the data folder starts afresh.
`);

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.trim() !== '') simulators.tell(line);
});
// Answers of the simulators to typed lines, for as long as the demo runs.
for (;;) {
  const answer = await simulators.line((line) => /^\{"event":"(?:done|refused)".*\}$/.exec(line)?.[0]);
  console.log(`  ${answer}`);
}
