import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PublishAddress } from '#contract/cameras.ts';
import type { LiveToken } from '#contract/live.ts';
import { systemClock as clock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { flvRoute } from '../../../server/features/cameras/flv-route.ts';
import { cameraRoutes } from '../../../server/features/cameras/routes.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import { FlvGateway } from '../../../streams/gateway/flv-gateway.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { RtmpServer } from '../../../streams/rtmp/server-process.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { freePort } from '../../helpers/hallwatch.ts';
import { Encoder } from '../../helpers/rtmp-stage.ts';
import { openTestApp, type TestApp } from '../../helpers/test-app.ts';

let database: TestDatabase;
let push: RtmpServer;
let house: StreamHouse;
let cameras: CamerasService;
let open: TestApp;
let origin: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
  const problems = new ProblemBoard(clock);
  push = new RtmpServer({ listen: { host: '127.0.0.1', port: await freePort() }, clock, log, problems });
  house = new StreamHouse({ clock, log, ffmpegPath: 'ffmpeg', push });
  const never = () => Promise.reject(new Error('nobody is asked'));
  const secret = randomBytes(32);
  cameras = new CamerasService({
    mayWatch: () => true,
    ...{ db: database.db, clock, log, secret, streams: house, push, problems },
    describe: never,
    discover: never,
  });
  const flv = new FlvGateway({ house, clock, log, maxViewers: 10 });
  await push.start();
  house.start();
  await cameras.start();
  open = await openTestApp({
    db: database.db,
    clock,
    routes: (app) => {
      cameraRoutes(app, { cameras });
      flvRoute(app, { authorise: (token) => cameras.authoriseLive(token), flv });
    },
  });
  origin = await open.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await open.close();
  await cameras.stop();
  await house.stop();
  await push.stop();
  await database.close();
});

async function call<T>(role: 'administrator' | 'supervisor', method: string, path: string, body?: object) {
  const json = body ? { 'content-type': 'application/json' } : {};
  const headers = { origin, cookie: await open.cookieOf(role), ...json };
  const answer = await fetch(origin + path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: answer.status, body: (await answer.json()) as T };
}

describe('a device that pushes, from adding it to watching it', () => {
  it('pushes to the address it is given, and is watched with a token', async () => {
    const device = { hallId: 'h1', name: 'Body 1', sourceChoice: 'rtmp' };
    expect(await call('administrator', 'POST', '/api/cameras', device)).toMatchObject({ status: 201 });
    const path = '/api/cameras/h1-body-1/publish-address';
    expect(await call('supervisor', 'GET', path)).toMatchObject({ status: 403 });
    const { body: address } = await call<PublishAddress>('administrator', 'GET', path);
    await expect.poll(() => push.listens).toBe(true);

    const encoder = new Encoder(address.url);
    await expect.poll(() => house.hub('h1-body-1', 'sub')?.state.status).toBe('live');
    expect((await call<PublishAddress>('administrator', 'GET', path)).body.publishing).toBe(true);

    const ask = { role: 'main' };
    const token = await call<LiveToken>('supervisor', 'POST', '/api/cameras/h1-body-1/live-token', ask);
    const query = `token=${token.body.token}`;
    const probe = spawn('ffprobe', [
      '-v',
      'error',
      '-analyzeduration',
      '500000',
      '-of',
      'csv=p=0',
      '-show_entries',
      'stream=codec_name,width',
      `${origin}/live/h1-body-1.flv?${query}`,
    ]);
    expect((await text(probe.stdout)).trim()).toBe('h264,320');
    for (const [wrong, status] of [
      ['h1-body-1.flv?token=guessed', 401],
      [`other.flv?${query}`, 401],
      ['h1-body-1.flv', 401],
    ] as const) {
      expect((await fetch(`${origin}/live/${wrong}`)).status).toBe(status);
    }

    const renewed = await call<PublishAddress>('administrator', 'POST', '/api/cameras/h1-body-1/publish-key');
    expect(renewed.body.streamKey).not.toBe(address.streamKey);
    await encoder.ended;
  });
});
