import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { CameraEvent } from '#contract/camera-events.ts';
import { systemClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import { CameraSimulator } from '../../../devices/simulators/camera/camera-simulator.ts';
import { AlertsService } from '../../../server/features/alerts/service.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { HallReplay } from '../../../server/features/queues/hall-replay.ts';
import { HallJournal } from '../../../server/features/queues/hall-journal.ts';
import { hall, hallLive } from '../../helpers/hall-fixture.ts';

/** Two cameras that see window w01, on the wire, with everything between them and the alert in real time. */
const closing: (() => Promise<unknown>)[] = [];
let database: TestDatabase;
let simulator: CameraSimulator;
let cameras: CamerasService;
let alerts: AlertsService;
const told: { alert: Alert; at: number }[] = [];
let look: () => void = () => undefined;

const idOf = (label: string) => `cam-${label}`;
const cameraOf = (label: string) => ({
  ...{ id: idOf(label), name: `Window ${label}`, location: 'Test hall', hardware: 'HW', model: 'M7', serial: label },
  scene: {
    ...{ kind: 'window' as const, label, seed: 7 },
    state: () => ({
      ...{ staffPresent: true, customer: false, windowState: 'idle' as const, ticketNo: null, waiting: 0 },
    }),
  },
});

beforeAll(async () => {
  database = await openTestDatabase();
  closing.push(() => database.close());
  const { db } = database;
  await db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await db.query(`INSERT INTO hall (id, region_id, name) VALUES ('hall-a', 'r1', '{"zh": "厅", "en": "Hall"}')`);
  await db.query(
    `INSERT INTO service_window (hall_id, id, label, name) VALUES ('hall-a', 'w01', '01', '{"zh": "窗", "en": "W"}')`,
  );
  const login = { username: 'admin', password: 'camera password' };
  simulator = new CameraSimulator({
    ...{ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg', interfaceAddress: '127.0.0.1' },
    ...{ rtspPort: 0, onvifPortBase: 0, ...login, cameras: ['01', '02'].map(cameraOf) },
  });
  await simulator.start();
  closing.push(() => simulator.stop());
  const streams = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  streams.start();
  closing.push(() => streams.stop());
  const shared = { db, clock: systemClock, log: silentLogger, problems: new ProblemBoard(systemClock) };
  cameras = new CamerasService({
    mayWatch: () => true,
    ...{ ...shared, secret: randomBytes(32), streams },
    ...{ discover: discoverCameras, describe: describeCamera },
  });
  await cameras.start();
  closing.push(() => cameras.stop());
  alerts = new AlertsService({
    ...{ ...shared, cameras },
    halls: { list: () => [hall], get: () => hall, changed: new Emitter(), removed: new Emitter() },
    hallStates: {
      ...{ live: () => hallLive(), journal: () => new HallJournal() },
      ...{ deltas: new Emitter(), events: new Emitter() },
    },
    terminals: { list: () => [], get: () => undefined, changed: new Emitter(), removed: new Emitter() },
    cameraEvents: { lasting: () => [], heard: new Emitter<CameraEvent>() },
    calendar: { spans: () => null, changed: new Emitter<string | null>() },
    regions: { above: () => [], has: () => false, changed: new Emitter<void>() },
    people: { whoMay: async () => [] },
    notices: {
      ...{ has: () => false, put: async () => undefined, poke: () => undefined, again: async () => undefined },
      ...{ deadOf: () => [], deadChanged: new Emitter() },
    },
    past: { events: async () => [], again: (again, clock) => new HallReplay(again, clock) },
  });
  await alerts.start();
  closing.push(() => alerts.stop());
  alerts.changed.on((alert) => {
    told.push({ alert, at: performance.now() });
    look();
  });
  cameras.stateChanged.on(() => look());
  for (const { id, onvifUrl } of simulator.addresses()) {
    await cameras.add({ id, hallId: 'hall-a', name: id, onvifUrl, windowIds: ['w01'], ...login });
  }
  await until(() => cameras.states().filter(({ condition }) => condition.status === 'live').length === 2);
});
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Resolves with the time (monotonic) at which this held; looks whenever something is told. */
function until(holds: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    look = () => holds() && resolve(performance.now());
    look();
  });
}

it('a camera that dies is told of after 15 s, with a camera that shows its window, and no more when it is back', async () => {
  const died = performance.now();
  await simulator.setFault(idOf('01'), { down: true });
  await until(() => told.length > 0);
  const [raised] = told;
  expect(raised!.alert).toMatchObject({
    ...{ kind: 'camera-offline', cameraId: 'cam-01', severity: 'yellow', status: 'open' },
    ...{ cameraIds: ['cam-02', 'cam-01'], facts: { code: 'CAMERA_UNREACHABLE' } },
  });
  // From its last picture on: the camera is marked within 5 s, and the 15 s of the rule follow.
  expect(raised!.at - died).toBeGreaterThan(15_000);
  expect(raised!.at - died).toBeLessThan(25_000);

  await simulator.setFault(idOf('01'), { down: false });
  await until(() => told.length > 1);
  expect(told.map(({ alert }) => alert.status)).toEqual(['open', 'closed']);
  const { id, outcome, clearedAt, closedAt } = told[1]!.alert;
  expect([id, outcome]).toEqual([raised!.alert.id, 'cleared']);
  expect(Date.parse(closedAt!) - Date.parse(clearedAt!)).toBeGreaterThanOrEqual(5000);
  await alerts.stop();
  expect(await database.db.query('SELECT id, status, subject FROM alert')).toEqual([
    { id, status: 'closed', subject: 'hall-a/camera:cam-01' },
  ]);
}, 60_000);
