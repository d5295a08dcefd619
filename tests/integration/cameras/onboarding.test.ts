import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StreamLook } from '#contract/camera-onboarding.ts';
import { CameraNetworks } from '#lib/camera-networks.ts';
import { systemClock } from '#lib/clock.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import { CameraSimulator } from '../../../devices/simulators/camera/camera-simulator.ts';
import { cameraOnboardingRoutes } from '../../../server/features/cameras/onboarding/routes.ts';
import { cameraRoutes } from '../../../server/features/cameras/routes.ts';
import { CamerasService } from '../../../server/features/cameras/service.ts';
import type { App } from '../../../server/http/app-type.ts';
import { buildApp } from '../../../server/http/app.ts';
import { StreamHouse } from '../../../streams/house.ts';
import { lookAt } from '../../../streams/look.ts';
import { callerOf, nowhere } from '../../helpers/caller.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const PASSWORD = 'Gate-keeper/7 pass';
const WRONG = 'Gate-crasher:8 pass';
const problems = new ProblemBoard(systemClock);
const logged: string[] = [];
const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });

let database: TestDatabase;
let simulator: CameraSimulator;
let streams: StreamHouse;
/** Of a server that cameras on this machine are allowed to, and of one with the networks it has by default. */
let app: App;
let guarded: App;
const closings: (() => Promise<unknown>)[] = [];

async function server(networks: CameraNetworks): Promise<App> {
  const cameras = new CamerasService({
    mayWatch: () => true,
    db: database.db,
    clock: systemClock,
    log,
    secret: randomBytes(32),
    streams,
    discover: discoverCameras,
    describe: (request) => describeCamera({ ...request, networks }),
    look: (request) => lookAt({ ...request, clock: systemClock, networks, ffmpegPath: 'ffmpeg' }),
    networks,
    problems,
  });
  await cameras.start();
  const built = await buildApp({
    log,
    metrics: new Registry(),
    authenticate: async ({ role = 'administrator' }) => callerOf(role),
    hallOf: nowhere,
    trustProxy: false,
    clientDir: '/nonexistent',
    routes: (app) => {
      cameraOnboardingRoutes(app, cameras);
      cameraRoutes(app, { cameras });
    },
  });
  closings.push(
    () => built.close(),
    () => cameras.stop(),
  );
  return built;
}

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
  simulator = new CameraSimulator({
    clock: systemClock,
    log,
    ffmpegPath: 'ffmpeg',
    interfaceAddress: '127.0.0.1',
    rtspPort: 0,
    onvifPortBase: 0,
    discovery: false,
    username: 'admin',
    password: PASSWORD,
    cameras: [
      {
        id: 'gate',
        name: 'Gate',
        location: 'Hall',
        hardware: 'HW',
        model: 'G1',
        serial: '007',
        audio: 'aac',
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
  const networks = new CameraNetworks(['127.0.0.0/8']);
  streams = new StreamHouse({ clock: systemClock, log, ffmpegPath: 'ffmpeg', networks });
  streams.start();
  app = await server(networks);
  guarded = await server(new CameraNetworks(['10.0.0.0/8', '192.168.0.0/16']));
});

afterAll(async () => {
  for (const close of closings) await close();
  await streams?.stop();
  await simulator?.stop();
  await database?.close();
});

const post = async (at: App, url: string, payload: object) => {
  const answer = await at.inject({ method: 'POST', url: `/api/cameras${url}`, payload });
  return { status: answer.statusCode, text: answer.body, body: answer.json<Record<string, unknown>>() };
};
const address = () => simulator.addresses()[0]!;

describe('before a camera is added', () => {
  it('the interfaces of this machine are told, loopback last', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/cameras/interfaces' });
    const all = answer.json<{ address: string; internal: boolean; prefix: number }[]>();
    expect(all.at(-1)).toMatchObject({ address: '127.0.0.1', internal: true, prefix: 8 });
  });

  it('its ONVIF is found at a port, without a password', async () => {
    const { host } = new URL(address().onvifUrl);
    expect((await post(app, '/locate', { address: host })).body).toEqual({ onvifUrl: address().onvifUrl });
    const nobody = await post(app, '/locate', { address: '127.0.0.1:1' });
    expect(nobody.body).toMatchObject({ error: { code: 'CAMERA_UNREACHABLE' } });
    expect((await post(app, '/locate', { address: 'ftp://x' })).status).toBe(400);
  });

  it('its stream is measured and seen', async () => {
    const { text, status } = await post(app, '/look', {
      streamUri: address().rtsp.sub,
      username: 'admin',
      password: PASSWORD,
    });
    expect(status, text).toBe(200);
    const look = StreamLook.parse(JSON.parse(text));
    expect(look).toMatchObject({ source: 'rtsp', codec: 'h264', sound: true, keyIntervalOpen: false });
    expect(look.fps).toBeGreaterThan(5);
    expect(look.kbps).toBeGreaterThan(10);
    expect(Buffer.from(look.picture!, 'base64').subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  });

  it('a wrong password is said to it once', async () => {
    const request = { streamUri: address().rtsp.sub, username: 'admin', password: WRONG };
    expect((await post(app, '/look', request)).body).toMatchObject({ error: { code: 'CAMERA_UNAUTHORIZED' } });
    const again = await post(app, '/look', request);
    expect(again.body).toMatchObject({
      error: { code: 'CAMERA_UNAUTHORIZED', details: expect.stringContaining('not tried again') as string },
    });
  });
});

describe('a camera added by its stream address', () => {
  it('is known by what its stream sends', async () => {
    const { body } = await post(app, '', {
      hallId: 'h1',
      name: 'Gate',
      streamUris: { main: address().rtsp.sub },
      username: 'admin',
      password: PASSWORD,
    });
    expect(body).toMatchObject({ profiles: [{ role: 'main', codec: 'h264', width: 640 }, { role: 'sub' }] });
  });

  it('is taken where nobody answers now', async () => {
    const streamUris = { main: 'rtsp://127.0.0.1:1/later' };
    const { body } = await post(app, '', { hallId: 'h1', name: 'Later', streamUris });
    expect(body).toMatchObject({ profiles: [{ codec: 'unknown' }, { codec: 'unknown' }] });
  });
});

describe('addresses that nobody has allowed', () => {
  const onvif = (onvifUrl: string) => ({ onvifUrl, hallId: 'h1', name: 'x' });
  it.each([
    ['probing', '/probe', () => onvif(address().onvifUrl)],
    ['probing IPv6 clothes', '/probe', () => onvif('http://[::ffff:127.0.0.1]/onvif/device_service')],
    ['probing one number', '/probe', () => onvif('http://2130706433/')],
    ['probing octal', '/probe', () => onvif('http://0177.0.0.1/')],
    ['probing a name', '/probe', () => onvif(`http://localhost:${new URL(address().onvifUrl).port}/`)],
    ['probing what a cloud tells', '/probe', () => onvif('http://169.254.169.254/latest/meta-data')],
    ['locating', '/locate', () => ({ address: new URL(address().onvifUrl).host })],
    ['looking', '/look', () => ({ streamUri: address().rtsp.sub })],
    ['looking at a name', '/look', () => ({ streamUri: address().rtsp.sub.replace('127.0.0.1', 'localhost') })],
    ['adding by ONVIF', '', () => onvif(address().onvifUrl)],
    ['adding by stream', '', () => ({ hallId: 'h1', name: 'x', streamUris: { main: 'rtsp://localhost/x' } })],
  ])('are refused when %s', async (_what, url, request) => {
    const { status, body } = await post(guarded, url, request());
    expect(body).toMatchObject({
      error: {
        code: 'CAMERA_ADDRESS_FORBIDDEN',
        details: expect.stringContaining('HALLWATCH_CAMERA_NETWORKS') as string,
      },
    });
    expect(status).toBe(403);
  });
});

it('no password has come out anywhere', async () => {
  const { body } = await post(app, '/probe', { onvifUrl: address().onvifUrl, username: 'admin', password: PASSWORD });
  expect(body).toMatchObject({ model: 'G1' });
  const refused = await post(app, '/probe', { onvifUrl: address().onvifUrl, username: 'admin', password: WRONG });
  const listed = await app.inject({ method: 'GET', url: '/api/cameras' });
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  const said = [...logged, refused.text, listed.body, JSON.stringify(problems.list()), processes].join('\n');
  for (const word of [PASSWORD, WRONG]) {
    for (const form of [word, encodeURIComponent(word), Buffer.from(word).toString('base64')]) {
      expect(said.includes(form), form).toBe(false);
    }
  }
});
