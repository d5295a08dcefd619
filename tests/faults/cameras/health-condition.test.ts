import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { CameraState } from '#contract/cameras.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { ScriptedCamera } from '../../helpers/scripted-camera.ts';

/** What a supervisor in a hall is promised of the condition of a camera, from the wire to the wall. */
const OFFLINE_WITHIN_MS = 5000;
const LIVE_AGAIN_WITHIN_MS = 3000;

let database: TestDatabase;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(() => database.close());

async function open() {
  const streams = new StreamHouse({ clock: systemClock, log: silentLogger, ffmpegPath: 'ffmpeg' });
  const cameras = new CamerasService({
    mayWatch: () => true,
    ...{ db: database.db, clock: systemClock, log: silentLogger, secret: randomBytes(32), streams },
    problems: new ProblemBoard(systemClock),
    discover: () => Promise.reject(new Error('not here')),
    describe: () => Promise.reject(new Error('not here')),
  });
  streams.start();
  await cameras.start();
  closing.push(
    () => streams.stop(),
    () => cameras.stop(),
  );
  const heard: CameraState[] = [];
  cameras.stateChanged.on((state) => heard.push(state));
  return {
    cameras,
    heard,
    async add(camera: ScriptedCamera): Promise<string> {
      await camera.start();
      closing.push(() => camera.stop());
      const { id } = await cameras.add({
        hallId: 'h1',
        name: 'Door',
        streamUris: { main: camera.uri, sub: camera.uri },
      });
      return id;
    },
    /** Resolves with the time (monotonic) at which the camera was told to be so. */
    until(cameraId: string, status: CameraState['condition']['status']): Promise<number> {
      return new Promise((resolve) => {
        const look = (state: CameraState) => {
          if (state.cameraId !== cameraId || state.condition.status !== status) return;
          leave();
          resolve(performance.now());
        };
        const leave = cameras.stateChanged.on(look);
        cameras.states().forEach(look);
      });
    },
  };
}

describe('the condition of a camera', () => {
  it.each([
    ['vanished without a word', 'swallowing'],
    ['froze, though its reports go on', 'frozen'],
  ] as const)('is offline within 5 s after it %s, and live within 3 s of its return', async (_what, fault) => {
    const stage = await open();
    const [faulty, healthy] = [new ScriptedCamera(), new ScriptedCamera()];
    const [gone, beside] = [await stage.add(faulty), await stage.add(healthy)];
    await Promise.all([stage.until(gone, 'live'), stage.until(beside, 'live')]);
    stage.heard.length = 0;

    const away = performance.now();
    faulty.script[fault] = true;
    expect((await stage.until(gone, 'offline')) - away).toBeLessThan(OFFLINE_WITHIN_MS);
    const { condition } = stage.cameras.states().find(({ cameraId }) => cameraId === gone)!;
    expect(condition.reasons.map(({ code }) => code)).toEqual(['CAMERA_SILENT']);

    const back = performance.now();
    faulty.script[fault] = false;
    expect((await stage.until(gone, 'live')) - back).toBeLessThan(LIVE_AGAIN_WITHIN_MS);
    // Attempts to reconnect never showed as anything but offline, and the camera beside it was not spoken of.
    const course = stage.heard.map(
      ({ cameraId, condition: { status } }) => `${cameraId === gone ? 'gone' : 'beside'} ${status}`,
    );
    expect([...new Set(course)]).toEqual(['gone offline', 'gone live']);
  });

  it('is degraded while the camera keeps coming and going', async () => {
    const stage = await open();
    const camera = new ScriptedCamera();
    const id = await stage.add(camera);
    await stage.until(id, 'live');
    for (let times = 0; times < 3; times += 1) {
      await camera.stop();
      await stage.until(id, 'offline');
      await camera.start();
      await stage.until(id, times < 2 ? 'live' : 'degraded');
    }
    const { condition } = stage.cameras.states().find(({ cameraId }) => cameraId === id)!;
    expect(condition.reasons).toEqual([{ code: 'CAMERA_FLAPPING', detail: '3×' }]);
  });
});
