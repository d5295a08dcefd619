import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraState, StreamStatus } from '#contract/cameras.ts';
import { ManualClock, systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import { CameraSimulator } from '../../../devices/simulators/camera/camera-simulator.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const PASSWORD = 'camera password';

let database: TestDatabase;
let simulator: CameraSimulator;
let streams: StreamHouse;
let cameras: CamerasService;
/** The time of the service alone: streams and cameras live in real time. */
const clock = new ManualClock(Date.UTC(2026, 0, 1));
const problems = new ProblemBoard(clock);

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
  simulator = new CameraSimulator({
    clock: systemClock,
    log: silentLogger,
    ffmpegPath: 'ffmpeg',
    interfaceAddress: '127.0.0.1',
    rtspPort: 0,
    onvifPortBase: 0,
    username: 'admin',
    password: PASSWORD,
    cameras: [
      {
        id: 'wire-07',
        name: 'Window 07',
        location: 'Test hall',
        hardware: 'HW',
        model: 'M7',
        serial: '0012345678901234567',
        clockOffsetMs: -7 * 3_600_000,
        scene: {
          kind: 'window',
          label: '07',
          seed: 7,
          state: () => ({ staffPresent: true, customer: false, windowState: 'idle', ticketNo: null, waiting: 0 }),
        },
      },
    ],
  });
  await simulator.start();
  streams = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  streams.start();
  cameras = new CamerasService({
    mayWatch: () => true,
    db: database.db,
    clock,
    log: silentLogger,
    secret: randomBytes(32),
    streams,
    discover: discoverCameras,
    describe: describeCamera,
    problems,
  });
  await cameras.start();
});

afterAll(async () => {
  await cameras.stop();
  await streams.stop();
  await simulator.stop();
  await database.close();
});

/** Resolves when the sub stream is so, now or later. */
function sub(status: StreamStatus, code: string | null = null): Promise<void> {
  const isSo = ({ streams: all }: CameraState) =>
    all.some((stream) => stream.role === 'sub' && stream.status === status && stream.code === code);
  return new Promise((resolve) => {
    if (cameras.states().some(isSo)) return resolve();
    const leave = cameras.stateChanged.on((state) => {
      if (!isSo(state)) return;
      leave();
      resolve();
    });
  });
}

describe('a camera on the wire', () => {
  it('is found, added by its address and password, and shown, though its clock is seven hours behind', async () => {
    const { onvifUrl } = simulator.addresses()[0]!;
    const search = async () =>
      (await cameras.discover({ interfaceAddress: '127.0.0.1', waitMs: 500 })).find(
        (match) => match.onvifUrl === onvifUrl,
      );
    expect(await search()).toMatchObject({ name: 'Window 07', hardware: 'HW', knownAs: null });
    const added = await cameras.add({
      hallId: 'h1',
      name: 'Window 07',
      onvifUrl,
      username: 'admin',
      password: PASSWORD,
    });
    expect(added).toMatchObject({ id: 'h1-window-07', model: 'M7', serial: '0012345678901234567' });
    await sub('live');
    expect(
      cameras
        .states()[0]!
        .streams.map(({ role, status }) => `${role} ${status}`)
        .sort(),
    ).toEqual(['main idle', 'sub live']);
    expect((await search())?.knownAs).toBe('h1-window-07');
  });

  it('is a problem after somebody changed its password, until the new one is entered', async () => {
    await simulator.setFault('wire-07', { wrongPassword: true });
    await sub('lost', 'CAMERA_CREDENTIALS_REFUSED');
    clock.advance(15_000);
    expect(problems.get('camera:h1-window-07')?.code).toBe('CAMERA_CREDENTIALS_REFUSED');
    await cameras.change('h1-window-07', { password: `${PASSWORD} (changed)` });
    await sub('live');
    expect(problems.list()).toEqual([]);
  });
});
