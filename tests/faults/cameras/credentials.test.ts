import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CameraCondition } from '#contract/cameras.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { openControls } from '../../../devices/onvif/controls.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import { subscribeEvents } from '../../../devices/onvif/events.ts';
import { CameraEventsService } from '../../../server/features/camera-events/service.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { EventCamera } from '../../helpers/event-camera.ts';
import { RtspRelay } from '../../helpers/rtsp-relay.ts';

const OLD = { username: 'admin', password: 'right' };
const secret = randomBytes(32);

let database: TestDatabase;
let closing: (() => unknown)[];
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
});
beforeEach(() => (closing = []));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await database.db.query('DELETE FROM camera');
});
afterAll(() => database.close());

/** One camera on the wire: its RTSP and its ONVIF side know the same account, which can be changed as by its own menu. */
class Camera {
  readonly #account = { ...OLD };
  readonly rtsp = new RtspRelay({ account: this.#account });
  readonly onvif = new EventCamera({
    ...OLD,
    auth: 'digest',
    services: ['events', 'ptz'],
    profiles: [{ token: 'p', ptz: 'n', uri: 'rtsp://{host}/live' }],
    answers: { Stop: () => '<x:StopResponse/>' },
  });

  async start(): Promise<void> {
    await this.rtsp.start();
    this.onvif.odd.camera.profiles![0]!.uri = this.rtsp.uri;
    await this.onvif.odd.start();
    closing.push(
      () => this.rtsp.stop(),
      () => this.onvif.odd.stop(),
    );
  }

  changePassword(password: string): void {
    this.#account.password = password;
    this.onvif.odd.camera.password = password;
  }

  /** As a restart does it. */
  dropEverything(): void {
    this.rtsp.cut();
    this.onvif.forget();
  }

  /** How often somebody showed it a wrong password. */
  get wrongProofs(): number {
    return this.rtsp.wrongProofs + this.onvif.odd.wrongProofs;
  }
}

/** The program as far as it speaks to cameras. */
async function start() {
  const common = { db: database.db, clock: systemClock, log: silentLogger };
  const streams = new StreamHouse({ ...common, ffmpegPath: 'ffmpeg' });
  const cameras = new CamerasService({
    mayWatch: () => true,
    ...{ ...common, secret, streams, problems: new ProblemBoard(systemClock), discover: discoverCameras },
    ...{ describe: describeCamera, openControls },
  });
  const cameraEvents = new CameraEventsService({ ...common, cameras, subscribe: subscribeEvents });
  streams.start();
  await cameras.start();
  await cameraEvents.start();
  const stop = async () => {
    await cameraEvents.stop();
    await cameras.stop();
    await streams.stop();
  };
  closing.push(stop);
  const conditionOf = (cameraId: string): CameraCondition =>
    cameras.states().find((state) => state.cameraId === cameraId)!.condition;
  const codes = (cameraId: string) => conditionOf(cameraId).reasons.map(({ code }) => code);
  return { cameras, conditionOf, codes, stop };
}

const within = { timeout: 20_000, interval: 50 };

describe('a camera whose password somebody changed', () => {
  it('is shown the old one once by all who speak to it, not after a restart, and the new one at once', async () => {
    const camera = new Camera();
    await camera.start();
    let { cameras, conditionOf, codes, stop } = await start();
    const { id } = await cameras.add({ hallId: 'h1', name: 'Door', onvifUrl: camera.onvif.odd.onvifUrl, ...OLD });
    await expect.poll(() => conditionOf(id).status, within).toBe('live');
    await expect.poll(() => camera.onvif.open.size, within).toBe(1);
    expect(camera.wrongProofs).toBe(0);

    camera.changePassword('another');
    camera.dropEverything();
    const commands = [1, 2, 3].map(() => cameras.control.halt(id, 'li.wei').catch((error: { code: string }) => error));
    await expect.poll(() => codes(id), within).toEqual(['CAMERA_CREDENTIALS_REFUSED']);
    for (const command of commands) expect(await command).toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
    expect(conditionOf(id).status).toBe('offline');
    // The event subscription was signed in: it learns of a new password only by a proof of its own.
    const shown = camera.wrongProofs;
    expect(shown).toBeLessThanOrEqual(2);

    await stop();
    ({ cameras, conditionOf, codes, stop } = await start());
    await expect.poll(() => codes(id), within).toEqual(['CAMERA_CREDENTIALS_REFUSED']);
    await expect(cameras.control.halt(id, 'li.wei')).rejects.toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
    expect(camera.wrongProofs).toBe(shown);

    cameras.tryCredentials(id, 'li.wei');
    await expect.poll(() => camera.wrongProofs, within).toBe(shown + 1);
    await expect.poll(() => codes(id), within).toEqual(['CAMERA_CREDENTIALS_REFUSED']);

    await cameras.change(id, { password: 'another' });
    await expect.poll(() => conditionOf(id).status, within).toBe('live');
    await expect.poll(() => camera.onvif.open.size, within).toBe(1);
    await cameras.control.halt(id, 'li.wei');
    expect(camera.wrongProofs).toBe(shown + 1);
  });
});
