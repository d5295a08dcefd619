import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hall, Region } from '#contract/places.ts';
import { silentLogger } from '#lib/logger.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { hall } from '../../helpers/hall-fixture.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

const province: Region = {
  id: 'region-a',
  code: '440000',
  name: { zh: '广东省', en: 'Guangdong' },
  parentId: null,
  outline: [
    [
      [113, 22],
      [114, 22],
      [114, 23],
    ],
  ],
};
const full: Hall = {
  ...hall,
  address: '1 Main Street',
  longitude: 113.3,
  latitude: 23.1,
  floorPlan: {
    width: 40,
    height: 20,
    shapes: [
      {
        kind: 'counter',
        points: [
          { x: 1, y: 1 },
          { x: 9, y: 1 },
        ],
        label: null,
        queueIds: [],
      },
    ],
    image: null,
    terminals: [],
  },
  windows: hall.windows.map((window, i) => ({ ...window, place: i === 0 ? { x: 2, y: 1 } : null })),
};

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCB3Ax6jgAAAABJRU5ErkJggg==',
  'base64',
);

describe('places', () => {
  let base: TestDatabase;
  let test: TestApp;
  let cookie: string;

  beforeAll(async () => {
    base = await openTestDatabase();
  });
  afterAll(() => base.close());
  beforeEach(async () => {
    await base.db.query('TRUNCATE region, account CASCADE');
    test = await openTestApp({ db: base.db });
    cookie = await test.cookieOf('administrator');
  });
  afterEach(() => test.close());

  const send = (method: 'GET' | 'PUT' | 'DELETE', url: string, payload?: object) =>
    test.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });

  async function reloaded(): Promise<HallsService> {
    const halls = new HallsService({ db: base.db, log: silentLogger });
    await halls.start();
    return halls;
  }

  it('keeps regions and halls as they were given, over a restart', async () => {
    expect((await send('PUT', '/api/regions/region-a', province)).json()).toEqual(province);
    expect((await send('PUT', '/api/halls/hall-a', full)).json()).toEqual(full);
    const after = await reloaded();
    expect(after.regions()).toEqual([province]);
    expect(after.list()).toEqual([full]);
    expect((await send('GET', '/api/halls/hall-a')).json()).toEqual(full);
  });

  it('fills in what may be left out', async () => {
    await send('PUT', '/api/regions/region-a', province);
    const { address, capacity, timeZone, ...short } = hall;
    expect((await send('PUT', '/api/halls/hall-a', short)).json()).toEqual({ ...short, address, capacity, timeZone });
  });

  it('replaces a hall whole: order, feeding, windows and queues that are gone', async () => {
    await send('PUT', '/api/regions/region-a', province);
    await send('PUT', '/api/halls/hall-a', full);
    const changed: Hall = {
      ...full,
      queues: [full.queues[1]!],
      windows: [{ ...full.windows[1]!, label: '2B', queueIds: ['tax'] }],
    };
    await send('PUT', '/api/halls/hall-a', changed);
    expect((await reloaded()).get('hall-a')).toEqual(changed);
    const reordered = { ...full, windows: full.windows.toReversed() };
    await send('PUT', '/api/halls/hall-a', reordered);
    expect((await reloaded()).get('hall-a')).toEqual(reordered);
  });

  it('tells who listens', async () => {
    const heard: unknown[] = [];
    test.halls.changed.on((hall) => heard.push(hall));
    test.halls.removed.on((id) => heard.push(id));
    await send('PUT', '/api/regions/region-a', province);
    await send('PUT', '/api/halls/hall-a', full);
    expect((await send('DELETE', '/api/halls/hall-a')).statusCode).toBe(204);
    expect(heard).toEqual([full, 'hall-a']);
    expect((await reloaded()).list()).toEqual([]);
    expect((await send('DELETE', '/api/halls/hall-a')).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('names the fields that cannot be', async () => {
    await send('PUT', '/api/regions/region-a', province);
    const wrong = {
      ...hall,
      regionId: 'elsewhere',
      timeZone: 'Mars/Olympus',
      windows: [{ ...hall.windows[0]!, queueIds: ['soc', 'none'] }, hall.windows[0]!],
    };
    const answer = await send('PUT', '/api/halls/hall-a', wrong);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatchObject({
      code: 'REQUEST_INVALID',
      details: [
        { path: 'regionId', message: 'no region elsewhere' },
        { path: 'timeZone', message: 'no time zone Mars/Olympus' },
        { path: 'windows.1.id', message: 'w01 is used twice' },
        { path: 'windows.0.queueIds', message: 'this hall has no queue none' },
      ],
    });
    const shape = await send('PUT', '/api/halls/hall-a', { ...hall, capacity: 0 });
    expect(shape.json().error).toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'capacity' }] });
    const other = await send('PUT', '/api/halls/hall-b', hall);
    expect(other.json().error).toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'id' }] });
    expect(test.halls.list()).toEqual([]);
  });

  it('refuses a region that lies below itself or nowhere', async () => {
    await send('PUT', '/api/regions/region-a', province);
    const city = { ...province, id: 'city', code: '440100', parentId: 'region-a' };
    await send('PUT', '/api/regions/city', city);
    const loop = await send('PUT', '/api/regions/region-a', { ...province, parentId: 'city' });
    expect(loop.json().error).toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'parentId' }] });
    const nowhere = await send('PUT', '/api/regions/city', { ...city, parentId: 'none' });
    expect(nowhere.json().error).toMatchObject({ code: 'REQUEST_INVALID', details: [{ path: 'parentId' }] });
  });

  it('keeps what is still referred to, and says by what', async () => {
    await send('PUT', '/api/regions/region-a', province);
    await send('PUT', '/api/halls/hall-a', full);
    await base.db.query(
      `INSERT INTO terminal (hall_id, kind, device_id, window_id) VALUES ('hall-a', 'caller', 'c1', 'w01')`,
    );
    const removed = await send('DELETE', '/api/halls/hall-a');
    expect(removed.statusCode).toBe(409);
    expect(removed.json().error).toMatchObject({ code: 'CONFLICT', details: 'still in use by: terminal' });
    expect((await reloaded()).get('hall-a')).toEqual(full);
  });

  it('keeps a picture under a plan: what it is, not what it is called', async () => {
    await send('PUT', '/api/regions/region-a', province);
    await send('PUT', '/api/halls/hall-a', full);
    const upload = (payload: Buffer, type = 'image/png', hallId = 'hall-a') =>
      test.app.inject({
        method: 'POST',
        url: `/api/halls/${hallId}/plan-images`,
        headers: { cookie, 'content-type': type },
        payload,
      });
    const kept = await upload(onePixel, 'image/jpeg');
    expect(kept.json()).toMatchObject({ width: 1, height: 1 });
    const image = kept.json();
    const withImage = { ...full, floorPlan: { ...full.floorPlan!, image } };
    expect((await send('PUT', '/api/halls/hall-a', withImage)).statusCode).toBe(200);
    expect((await reloaded()).get('hall-a')).toEqual(withImage);

    const shown = await send('GET', `/api/halls/hall-a/plan-images/${image.sha256}`);
    expect(shown.headers['content-type']).toBe('image/png');
    expect(shown.rawPayload.equals(onePixel)).toBe(true);

    expect((await upload(Buffer.from('<svg/>'))).json()).toMatchObject({ error: { code: 'PLAN_IMAGE_UNUSABLE' } });
    expect((await upload(onePixel, 'image/png', 'nowhere')).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect((await upload(Buffer.alloc(9 * 1024 * 1024))).statusCode).toBe(400);
    const unknown = { ...full, floorPlan: { ...full.floorPlan!, image: { ...image, sha256: '0'.repeat(64) } } };
    expect((await send('PUT', '/api/halls/hall-a', unknown)).json().error).toMatchObject({
      code: 'REQUEST_INVALID',
      details: [{ path: 'floorPlan.image' }],
    });
  });

  it('lets everyone signed in read, and administrators change', async () => {
    cookie = await test.cookieOf('supervisor');
    expect((await send('GET', '/api/halls')).statusCode).toBe(200);
    expect((await send('PUT', '/api/regions/region-a', province)).json()).toMatchObject({
      error: { code: 'FORBIDDEN' },
    });
    cookie = '';
    expect((await send('GET', '/api/halls')).json()).toMatchObject({ error: { code: 'SIGN_IN_REQUIRED' } });
  });
});
