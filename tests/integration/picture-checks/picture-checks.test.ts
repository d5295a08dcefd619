import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Camera } from '#contract/cameras.ts';
import type { PictureFaultRecord, PictureVerdict } from '#contract/picture-check.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { scatter } from '../../../devices/simulators/camera/picture/random.ts';
import { withFault } from '../../../devices/simulators/camera/picture/faults.ts';
import { pictureCheckRoutes } from '../../../server/features/picture-checks/routes.ts';
import { PictureChecksService } from '../../../server/features/picture-checks/service.ts';
import { CameraJudge } from '../../../streams/diagnosis/camera-judge.ts';
import { jpegOf } from '../../../streams/diagnosis/jpeg.ts';
import { Looker } from '../../../streams/diagnosis/looker.ts';
import type { Picture } from '../../../streams/diagnosis/picture.ts';
import type { Hub } from '../../../streams/hub.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { TEN } from '../../helpers/hall-fixture.ts';
import { LendingHub } from '../../helpers/lending-hub.ts';
import { noMasks } from '../../helpers/caller.ts';
import { room, size } from '../../helpers/picture.ts';
import { Coding } from '../../helpers/picture-lab.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

const EVERY = 5000;
const camera = { id: 'cam-1', hallId: 'hall-a', enabled: true, windowIds: ['w01'] } as Camera;
/** Where `room` puts this person. */
const SITTER = 5;
const seat = { x: scatter(SITTER)() * 0.8 + 0.05, y: 0.25, width: 60 / 640, height: 0.6 };

describe('picture checks', () => {
  let base: TestDatabase;
  let coding: Coding;
  let clock: ManualClock;
  let hub: Hub;
  let moving: boolean;
  /** What was told of seats. */
  let told: string[];
  let checks: PictureChecksService;
  let test: TestApp;
  const changed = new Emitter<Camera>();
  const removed = new Emitter<string>();

  function open(): PictureChecksService {
    const looks = { clock, log: silentLogger, ffmpegPath: 'ffmpeg', intervalMs: EVERY };
    return new PictureChecksService({
      db: base.db,
      clock,
      log: silentLogger,
      enabled: true,
      tellSeat: async ({ hallId, windowId, word }) => void told.push(`${hallId} ${windowId} ${word}`),
      hours: { isOpen: () => true },
      cameras: {
        list: () => [camera],
        get(id) {
          if (id !== camera.id) throw new AppError('NOT_FOUND', id);
          return camera;
        },
        changed,
        removed,
        isMoving: () => moving,
      },
      diagnosis: {
        looker: (hear) => new Looker({ ...looks, ...hear, hubOf: () => hub }),
        judge: (raised) => new CameraJudge(raised),
        jpeg: (picture) => jpegOf(picture, 'ffmpeg'),
      },
    });
  }

  /** The camera sends this picture, and it is looked at. */
  async function seen(frame: Picture): Promise<PictureVerdict> {
    const { format, unit } = await coding.unit(frame);
    if (!hub.format?.description.equals(format.description)) hub.setFormat(format);
    hub.push(unit);
    clock.advance(EVERY);
    const now = new Date(clock.now()).toISOString();
    const looked = () => checks.verdict('cam-1').why !== 'starting' && checks.verdict('cam-1').at;
    await expect.poll(looked, { interval: 5 }).toBe(now);
    return checks.verdict('cam-1');
  }

  const get = async (path: string) => {
    const cookie = await test.cookieOf('supervisor');
    return test.app.inject({ url: `/api/cameras/cam-1/picture-check${path}`, headers: { cookie } });
  };
  const confirm = async (light: string) => {
    const cookie = await test.cookieOf('administrator');
    return test.app.inject({
      method: 'POST',
      url: `/api/cameras/cam-1/picture-check/references/${light}`,
      headers: { cookie },
    });
  };
  const faults = (verdict: PictureVerdict) => verdict.faults?.map(({ fault }) => fault);

  beforeAll(async () => {
    base = await openTestDatabase();
    coding = new Coding();
    coding.start();
    await base.db.query(`INSERT INTO region (id, code, name) VALUES ('region-a', '320100', '{}')`);
    await base.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('hall-a', 'region-a', '{}')`);
    await base.db.query(`INSERT INTO camera (id, hall_id, name, purpose) VALUES ('cam-1', 'hall-a', 'a', 'window')`);
  });

  beforeEach(async () => {
    clock = new ManualClock(TEN);
    moving = false;
    told = [];
    const state = { cameraId: 'cam-1', role: 'sub', status: 'live', source: 'rtsp', code: null, detail: null } as const;
    hub = new LendingHub({ state: { ...state, since: new Date(TEN).toISOString() }, onViewers: () => undefined });
    await base.db.query('TRUNCATE picture_reference, picture_fault, seat_region');
    checks = open();
    await checks.start();
    test = await openTestApp({
      db: base.db,
      clock,
      routes: (app) => pictureCheckRoutes(app, { pictureChecks: checks, privacy: noMasks }),
    });
  });

  afterEach(async () => {
    await checks.stop();
    await test.close();
    await base.db.query('TRUNCATE account CASCADE');
  });

  afterAll(async () => {
    await coding.stop();
    await base.close();
  });

  it('finds a black picture within 15 s, keeps how it looked, and says when it is over', async () => {
    const told: string[] = [];
    checks.changed.on((id) => told.push(id));
    const black = withFault(room(2), size, 'black', 0.5);
    expect(faults(await seen(black))).toEqual([]);
    expect(faults(await seen(black))).toEqual(['black']);
    expect(checks.faultsOf('cam-1')).toMatchObject([{ fault: 'black', since: TEN + EVERY }]);
    expect(told.length).toBeGreaterThan(0);
    const stored = async () => (await get('/faults')).json<PictureFaultRecord[]>();
    await expect.poll(stored).toMatchObject([{ fault: 'black', until: null, hasPicture: true }]);
    const [{ id }] = (await stored()) as [PictureFaultRecord];
    const picture = await get(`/faults/${id}.jpg`);
    expect(picture.headers['content-type']).toBe('image/jpeg');
    expect(picture.rawPayload.readUInt16BE(0)).toBe(0xffd8);
    for (let look = 0; look < 3; look += 1) await seen(room(2, { person: look + 1 }));
    expect(checks.faultsOf('cam-1')).toEqual([]);
    await expect.poll(async () => (await stored())[0]?.until).not.toBeNull();
  });

  it('compares with the view that an administrator confirmed, after a restart too', async () => {
    expect((await get('/now.jpg')).statusCode).toBe(503);
    await seen(room(2));
    expect((await confirm('day')).json()).toMatchObject({ references: [{ light: 'day' }], learnt: [] });
    expect((await get('/references/day.jpg')).rawPayload.readUInt16BE(0)).toBe(0xffd8);
    expect((await get('/references/lights-off.jpg')).statusCode).toBe(404);
    expect((await get('/now.jpg')).headers['content-type']).toBe('image/jpeg');
    const turned = (look: number) => withFault(room(2, { person: look + 1 }), size, 'moved', 0.4, 5);
    for (let look = 0; look < 5; look += 1) await seen(turned(look));
    expect(checks.faultsOf('cam-1')).toMatchObject([{ fault: 'moved' }]);
    await checks.stop();
    checks = open();
    await checks.start();
    expect(checks.verdict('cam-1')).toMatchObject({ why: 'starting', references: [{ light: 'day' }] });
    expect(faults(await seen(turned(6)))).toEqual(['moved']);
  });

  it('lets nobody but administrators confirm', async () => {
    const cookie = await test.cookieOf('supervisor');
    const url = '/api/cameras/cam-1/picture-check/references/day';
    expect((await test.app.inject({ method: 'POST', url, headers: { cookie } })).statusCode).toBe(403);
  });

  it('learns a view by itself and says that nobody has confirmed it', async () => {
    for (let look = 0; look < 12; look += 1) await seen(room(4, { person: look + 1 }));
    expect(checks.verdict('cam-1')).toMatchObject({ references: [], learnt: ['day'], light: 'day' });
    await expect.poll(async () => (await get('/references/day.jpg')).statusCode).toBe(200);
  });

  it('judges nothing while the camera is moved, nor without pictures', async () => {
    moving = true;
    expect(await seen(room(2))).toMatchObject({ faults: null, why: 'moving' });
    hub.setState({ ...hub.state, status: 'lost' });
    clock.advance(EVERY);
    expect(checks.verdict('cam-1')).toMatchObject({ faults: null, why: 'no-picture' });
    expect(checks.faultsOf('cam-1')).toEqual([]);
  });

  it('keeps what was raised while the camera moves, however long that takes', async () => {
    const black = withFault(room(2), size, 'black', 0.5);
    for (let looks = 0; looks < 2; looks += 1) await seen(black);
    moving = true;
    for (let looks = 0; looks < 6; looks += 1) await seen(room(2, { person: looks + 1 }));
    expect(checks.verdict('cam-1')).toMatchObject({ faults: null, why: 'moving' });
    expect(checks.faultsOf('cam-1')).toMatchObject([{ fault: 'black', since: TEN + EVERY }]);
  });

  it('tells whether somebody sits at a window, by the view that was confirmed', async () => {
    const put = async (windowId: string) => {
      const headers = { cookie: await test.cookieOf('administrator') };
      const payload = { seats: [{ windowId, region: seat }] };
      return test.app.inject({ method: 'PUT', url: '/api/cameras/cam-1/seats', headers, payload });
    };
    const twice = async (frame: () => Picture) => (await seen(frame()), seen(frame()));
    const [empty, taken] = [() => room(2), () => room(2, { person: SITTER })];
    expect((await put('w09')).statusCode).toBe(400);
    expect((await put('w01')).json()).toMatchObject({ seats: [{ windowId: 'w01', seen: 'unknown', since: null }] });
    // nobody has confirmed what an empty seat looks like
    await twice(empty);
    await confirm('day');
    await twice(empty);
    expect(await twice(taken)).toMatchObject({ seats: [{ seen: 'occupied' }] });
    await checks.stop();
    checks = open();
    await checks.start();
    await twice(empty);
    hub.setState({ ...hub.state, status: 'lost' });
    clock.advance(2 * EVERY);
    const words = ['unknown', 'empty', 'occupied', 'empty', 'unknown'];
    expect(told).toEqual(words.map((word) => `hall-a w01 ${word}`));
  });

  it('says of a camera that is switched off that it is', async () => {
    changed.emit({ ...camera, enabled: false });
    expect(checks.verdict('cam-1')).toMatchObject({ faults: null, why: 'switched-off' });
  });
});
