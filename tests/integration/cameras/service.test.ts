import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Camera, StreamState } from '#contract/cameras.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { describeCamera } from '../../../devices/onvif/describe.ts';
import { discoverCameras } from '../../../devices/onvif/discover.ts';
import type { StreamsPort, StreamTarget } from '../../../server/features/cameras/ports.ts';
import { CamerasService, type CamerasDeps } from '../../../server/features/cameras/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { fault, OnvifResponder, reply, type OddCamera } from '../../helpers/onvif-responder.ts';

/** Remembers what is to be pulled, and says of it what it is told to say. */
class Streams implements StreamsPort {
  readonly targets = new Map<string, StreamTarget>();
  readonly stateChanged = new Emitter<StreamState>();
  readonly #states = new Map<string, StreamState>();

  setTarget(target: StreamTarget): void {
    this.targets.set(`${target.cameraId}/${target.role}`, target);
  }

  removeTarget(cameraId: string, role?: StreamTarget['role']): void {
    for (const one of role ? [role] : ['main', 'sub']) {
      this.targets.delete(`${cameraId}/${one}`);
      this.#states.delete(`${cameraId}/${one}`);
    }
  }

  states(): StreamState[] {
    return [...this.#states.values()];
  }

  say(cameraId: string, status: StreamState['status'], more: Partial<StreamState> = {}): void {
    const since = new Date(0).toISOString();
    const state: StreamState = {
      cameraId,
      role: 'sub',
      status,
      since,
      source: null,
      code: null,
      detail: null,
      ...more,
    };
    this.#states.set(`${cameraId}/${state.role}`, state);
    this.stateChanged.emit(state);
  }
}

let database: TestDatabase;
let clock: ManualClock;
let streams: Streams;
let problems: ProblemBoard;
let deps: CamerasDeps;
let cameras: CamerasService;
const responders: OnvifResponder[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.query(`INSERT INTO region (id, code, name) VALUES ('r1', '330100', '{"zh": "市", "en": "City"}')`);
  await database.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('h1', 'r1', '{"zh": "厅", "en": "Hall"}')`);
  await database.db.query(
    `INSERT INTO service_window (hall_id, id, label, name) SELECT 'h1', id, id, '{"zh": "窗", "en": "W"}' FROM unnest('{w1,w2,w3}'::text[]) AS w (id)`,
  );
});

afterAll(() => database.close());

beforeEach(async () => {
  clock = new ManualClock(Date.UTC(2026, 0, 1));
  streams = new Streams();
  problems = new ProblemBoard(clock);
  deps = {
    db: database.db,
    clock,
    log: silentLogger,
    secret: randomBytes(32),
    streams,
    discover: discoverCameras,
    describe: describeCamera,
    problems,
  };
  cameras = new CamerasService(deps);
  await cameras.start();
});

afterEach(async () => {
  await cameras.stop();
  for (const responder of responders.splice(0)) await responder.stop();
  await database.db.query('DELETE FROM camera');
});

async function odd(camera: OddCamera = {}): Promise<OnvifResponder> {
  const responder = await new OnvifResponder(camera).start();
  responders.push(responder);
  return responder;
}

/** The service of a next start of the program, on the same database. */
async function restart(change: Partial<CamerasDeps> = {}): Promise<void> {
  await cameras.stop();
  streams = new Streams();
  cameras = new CamerasService({ ...deps, streams, ...change });
  await cameras.start();
}

function next<T>(emitter: Emitter<T>): Promise<T> {
  return new Promise((resolve) => {
    const leave = emitter.on((value) => {
      leave();
      resolve(value);
    });
  });
}

const byHand = { hallId: 'h1', name: 'Door', streamUris: { main: 'rtsp://10.0.0.9/main', sub: 'rtsp://10.0.0.9/sub' } };

describe('adding a camera', () => {
  it('stores all it says, and has its sub stream pulled always and its main stream when it is watched', async () => {
    const responder = await odd({ username: 'admin', password: 'right', serial: '007' });
    const told = next(cameras.changed);
    const added = await cameras.add({
      hallId: 'h1',
      name: '窗口 7',
      onvifUrl: responder.onvifUrl,
      username: 'admin',
      password: 'right',
      windowIds: ['w2', 'w1', 'w2'],
      place: { x: 1.5, y: 2 },
      bearing: 90,
    });
    expect(await told).toEqual(added);
    expect(added).toMatchObject({
      id: 'h1-7',
      purpose: 'window',
      manufacturer: 'Odd Works',
      model: '10',
      firmware: '5.60',
      serial: '007',
      hasPassword: true,
      enabled: true,
      windowIds: ['w2', 'w1'],
      place: { x: 1.5, y: 2 },
    });
    const address = `rtsp://127.0.0.1:${responder.port}`;
    expect([...streams.targets.values()]).toEqual([
      {
        cameraId: 'h1-7',
        role: 'main',
        uri: `${address}/main`,
        username: 'admin',
        password: 'right',
        sourceChoice: 'auto',
        keepOpen: false,
      },
      {
        cameraId: 'h1-7',
        role: 'sub',
        uri: `${address}/sub`,
        username: 'admin',
        password: 'right',
        sourceChoice: 'auto',
        keepOpen: true,
      },
    ]);

    const targets = [...streams.targets.values()];
    await restart();
    expect(cameras.list()).toEqual([added]);
    expect([...streams.targets.values()]).toEqual(targets);
  });

  it('keeps the password out of the database as it is', async () => {
    await cameras.add({ ...byHand, username: 'u', password: 'a-very-plain-password' });
    const [row] = await database.db.query<{ text: string }>(`SELECT c::text AS text FROM camera c`);
    expect(row!.text).not.toContain(Buffer.from('a-very-plain-password').toString('hex'));
    expect(row!.text).not.toContain('a-very-plain-password');
  });

  it('takes a camera without ONVIF by its addresses, with the credentials in them', async () => {
    const added = await cameras.add({
      hallId: 'h1',
      name: 'Door',
      streamUris: { main: 'rtsp://admin:pw@10.0.0.9/only' },
    });
    expect(added).toMatchObject({ id: 'h1-door', onvifUrl: null, username: 'admin', hasPassword: true });
    expect(streams.targets.get('h1-door/sub')).toMatchObject({
      uri: 'rtsp://10.0.0.9/only',
      username: 'admin',
      password: 'pw',
    });
  });

  it('refuses one that does not answer or lets nobody in, and stores nothing', async () => {
    const responder = await odd({ username: 'admin', password: 'right' });
    const input = { hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl, username: 'admin', password: 'wrong' };
    await expect(cameras.add(input)).rejects.toMatchObject({
      code: 'CAMERA_UNAUTHORIZED',
      details: expect.stringContaining('Sender not Authorized'),
    });
    await responder.stop();
    await expect(cameras.add(input)).rejects.toMatchObject({ code: 'CAMERA_UNREACHABLE' });
    expect(cameras.list()).toEqual([]);
    expect(streams.targets.size).toBe(0);
  });

  it('refuses the same camera twice, by serial and by stream address', async () => {
    const first = await odd({ serial: 'X1' });
    await cameras.add({ id: 'first', hallId: 'h1', name: 'First', onvifUrl: first.onvifUrl });
    const second = await odd({ serial: 'X1' });
    await expect(cameras.add({ hallId: 'h1', name: 'Again', onvifUrl: second.onvifUrl })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: 'this is the camera first already: Odd Works serial X1',
    });
    await cameras.add(byHand);
    await expect(cameras.add({ ...byHand, streamUris: { main: 'rtsp://10.0.0.9:554/sub' } })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: expect.stringContaining('h1-door'),
    });
  });

  it('refuses it even when both come at once', async () => {
    const [first, second] = [await odd({ serial: 'X1' }), await odd({ serial: 'X1' })];
    const adding = [first, second].map(({ onvifUrl }) => cameras.add({ hallId: 'h1', name: 'Same', onvifUrl }));
    expect((await Promise.allSettled(adding)).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(cameras.list()).toHaveLength(1);
  });

  it.each([
    ['a hall that is not there', { hallId: 'h9' }, 'NOT_FOUND', 'hall h9'],
    [
      'a window that is not there',
      { windowIds: ['w1', 'w9'] },
      'REQUEST_INVALID',
      [{ path: 'windowIds', message: expect.stringContaining('w9') }],
    ],
    [
      'neither address',
      { streamUris: undefined },
      'REQUEST_INVALID',
      [{ path: 'onvifUrl', message: expect.any(String) }],
    ],
    [
      'an ONVIF address with a password in it',
      { onvifUrl: 'http://admin:pw@10.0.0.9/' },
      'REQUEST_INVALID',
      [{ path: 'onvifUrl', message: expect.any(String) }],
    ],
    [
      'an address that is none',
      { streamUris: { main: 'rtsp:/oops' } },
      'REQUEST_INVALID',
      [{ path: 'streamUris.main', message: expect.any(String) }],
    ],
    [
      'an id that is taken',
      { id: 'taken', streamUris: { main: 'rtsp://10.0.0.8/1' } },
      'CONFLICT',
      'the id taken is taken',
    ],
  ])('refuses %s', async (_what, change, code, details) => {
    await cameras.add({ id: 'taken', hallId: 'h1', name: 'x', streamUris: { main: 'rtsp://10.0.0.1/1' } });
    await expect(cameras.add({ ...byHand, ...change } as typeof byHand)).rejects.toMatchObject({ code, details });
    expect(cameras.list()).toHaveLength(1);
  });

  it('ends with SHUTTING_DOWN when the service stops meanwhile', async () => {
    let reached = () => undefined as void;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    const { onvifUrl } = await odd({ instead: { GetProfiles: () => reached() } });
    const ending = expect(cameras.add({ hallId: 'h1', name: 'x', onvifUrl })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
    await asked;
    await cameras.stop();
    await cameras.stop();
    await ending;
    await expect(cameras.probe({ onvifUrl, username: '', password: '' })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });
});

describe('changing a camera', () => {
  it('keeps what is not named, and follows with the targets', async () => {
    const { id } = await cameras.add({ ...byHand, username: 'u', password: 'pw', windowIds: ['w1'] });
    const changed = await cameras.change(id, {
      name: 'Front',
      windowIds: [],
      sourceChoice: 'ffmpeg',
      purpose: 'public-area',
    });
    expect(changed).toMatchObject({ name: 'Front', windowIds: [], hasPassword: true, username: 'u' });
    expect(streams.targets.get(`${id}/sub`)).toMatchObject({ sourceChoice: 'ffmpeg', password: 'pw' });
    await restart();
    expect(cameras.get(id)).toEqual(changed);
    expect(streams.targets.get(`${id}/sub`)).toMatchObject({ password: 'pw' });
  });

  it('switches it off and on', async () => {
    const { id } = await cameras.add(byHand);
    streams.say(id, 'live');
    const told = next(cameras.stateChanged);
    await cameras.change(id, { enabled: false });
    expect(await told).toEqual({ cameraId: id, hallId: 'h1', streams: [] });
    expect(streams.targets.size).toBe(0);
    expect(() => cameras.issueLiveToken(id, 'sub', 'li')).toThrow(expect.objectContaining({ code: 'CAMERA_DISABLED' }));
    await restart();
    expect(streams.targets.size).toBe(0);
    await cameras.change(id, { enabled: true });
    expect(streams.targets.size).toBe(2);
  });

  it('tries a new password: refused when wrong, taken when right or when the camera is away', async () => {
    const responder = await odd({ username: 'admin', password: 'old' });
    const { id } = await cameras.add({
      hallId: 'h1',
      name: 'x',
      onvifUrl: responder.onvifUrl,
      username: 'admin',
      password: 'old',
    });
    await expect(cameras.change(id, { password: 'wrong' })).rejects.toMatchObject({ code: 'CAMERA_UNAUTHORIZED' });
    expect(streams.targets.get(`${id}/sub`)?.password).toBe('old');
    responder.camera.password = 'new';
    await cameras.change(id, { password: 'new' });
    expect(streams.targets.get(`${id}/sub`)?.password).toBe('new');
    await responder.stop();
    await cameras.change(id, { password: 'newer' });
    expect(streams.targets.get(`${id}/sub`)?.password).toBe('newer');
    await restart();
    expect(streams.targets.get(`${id}/sub`)?.password).toBe('newer');
  });

  it('describes it anew at a new address, which must answer', async () => {
    const first = await odd({ serial: 'X1' });
    const second = await odd({ serial: 'X2' });
    const { id } = await cameras.add({ hallId: 'h1', name: 'x', onvifUrl: first.onvifUrl });
    await cameras.change(id, { onvifUrl: second.onvifUrl });
    expect(cameras.get(id)).toMatchObject({ serial: 'X2', onvifUrl: second.onvifUrl });
    expect(streams.targets.get(`${id}/main`)?.uri).toBe(`rtsp://127.0.0.1:${second.port}/main`);
    const { onvifUrl } = first;
    await first.stop();
    await expect(cameras.change(id, { onvifUrl })).rejects.toMatchObject({
      code: 'CAMERA_UNREACHABLE',
    });
    expect(cameras.get(id).serial).toBe('X2');
  });

  it('says NOT_FOUND of a camera that is not there', async () => {
    await expect(cameras.change('nobody', { name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(cameras.remove('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(() => cameras.get('nobody')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('removes it with its targets and problems', async () => {
    const { id } = await cameras.add({ ...byHand, windowIds: ['w1'] });
    streams.say(id, 'lost', { code: 'CAMERA_SILENT' });
    clock.advance(15_000);
    const { token } = cameras.issueLiveToken(id, 'sub', 'li');
    const told = next(cameras.removed);
    await cameras.remove(id);
    expect(await told).toBe(id);
    expect([cameras.list(), streams.targets.size, problems.list()]).toEqual([[], 0, []]);
    expect(cameras.authoriseLive(token)).toEqual({ ok: false, code: 'NOT_FOUND' });
    await restart();
    expect(cameras.list()).toEqual([]);
  });
});

describe('a camera that is away', () => {
  it('is a problem after 15 s, with the reason, until it is back', async () => {
    const { id } = await cameras.add(byHand);
    streams.say(id, 'lost', { code: 'CAMERA_UNAUTHORIZED', detail: 'RTSP 401' });
    clock.advance(14_999);
    expect(problems.list()).toEqual([]);
    clock.advance(1);
    expect(problems.get(`camera:${id}`)).toMatchObject({ code: 'CAMERA_UNAUTHORIZED', detail: 'RTSP 401' });
    streams.say(id, 'connecting');
    expect(problems.list()).toHaveLength(1);
    streams.say(id, 'live', { source: 'rtsp' });
    expect(problems.list()).toEqual([]);
    streams.say(id, 'lost', { role: 'main', code: 'CAMERA_SILENT' });
    clock.advance(60_000);
    expect(problems.list()).toEqual([]);
  });

  it('is described again, and pulled from where its streams are now', async () => {
    const responder = await odd({ serial: 'X1' });
    const { id } = await cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    responder.camera.profiles = [{ token: 'main', uri: 'rtsp://{host}/moved' }];
    streams.say(id, 'lost', { code: 'CAMERA_NO_STREAM', detail: 'RTSP 404' });
    const told = next(cameras.changed);
    clock.advance(15_000);
    expect((await told).profiles.map(({ streamUri }) => streamUri)).toEqual(
      Array(2).fill(`rtsp://127.0.0.1:${responder.port}/moved`),
    );
    expect(streams.targets.get(`${id}/sub`)?.uri).toMatch(/moved$/);
    streams.say(id, 'live');
    await restart();
    expect(streams.targets.get(`${id}/sub`)?.uri).toMatch(/moved$/);
  });

  it('is not mixed up with another device at its address', async () => {
    const responder = await odd({ serial: 'X1' });
    const { id, ...before } = await cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    Object.assign(responder.camera, { serial: 'X2', profiles: [{ token: 'other' }] });
    streams.say(id, 'lost', { code: 'CAMERA_NO_STREAM' });
    clock.advance(14_999);
    const told = new Promise<string | null>((resolve) => {
      problems.onChange(([problem]) => problem?.detail && resolve(problem.detail));
    });
    clock.advance(1);
    expect(await told).toContain('another device answers');
    expect(cameras.get(id)).toEqual({ id, ...before });
  });

  it('is not asked on when it refuses the password, so that it does not lock the account', async () => {
    const responder = await odd();
    const { id } = await cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    responder.camera.instead = { GetDeviceInformation: reply(400, fault('NotAuthorized', 'Sender not Authorized')) };
    streams.say(id, 'lost', { code: 'CAMERA_UNREACHABLE' });
    const told = new Promise<void>((resolve) => {
      problems.onChange(([problem]) => problem?.code === 'CAMERA_UNAUTHORIZED' && resolve());
    });
    clock.advance(15_000);
    await told;
    const asked = responder.asked.length;
    clock.advance(3_600_000);
    await cameras.stop();
    expect(responder.asked).toHaveLength(asked);
  });
});

describe('a key file that does not fit', () => {
  it('is a problem of each camera with a password, mended by entering it again', async () => {
    const locked = await cameras.add({ ...byHand, username: 'u', password: 'pw' });
    const open = await cameras.add({ hallId: 'h1', name: 'Open', streamUris: { main: 'rtsp://10.0.0.8/1' } });
    const secret = randomBytes(32);
    await restart({ secret });
    expect(problems.list()).toMatchObject([{ subject: `camera:${locked.id}/password`, code: 'CAMERA_UNAUTHORIZED' }]);
    expect(streams.targets.get(`${open.id}/sub`)).toBeDefined();
    await cameras.change(locked.id, { name: 'Other name' });
    await restart();
    expect(streams.targets.get(`${locked.id}/sub`)?.password).toBe('pw');
    await restart({ secret });
    await cameras.change(locked.id, { password: 'again' });
    expect(problems.list()).toEqual([]);
    expect(streams.targets.get(`${locked.id}/sub`)?.password).toBe('again');
  });
});

describe('watching', () => {
  it('is opened by a token for its camera and role', async () => {
    const { id } = await cameras.add(byHand);
    const { token } = cameras.issueLiveToken(id, 'main', 'li.wei');
    expect(cameras.authoriseLive(token)).toEqual({ ok: true, cameraId: id, role: 'main' });
    expect(cameras.authoriseLive(`${token}x`)).toEqual({ ok: false, code: 'LIVE_TOKEN_INVALID' });
    clock.advance(30_000);
    expect(cameras.authoriseLive(token)).toEqual({ ok: false, code: 'LIVE_TOKEN_INVALID' });
  });

  it('shows the state of every stream, and who sees what', async () => {
    const near = await cameras.add({ ...byHand, windowIds: ['w1'] });
    const far = await cameras.add({
      id: 'far',
      hallId: 'h1',
      name: 'Far',
      streamUris: { main: 'rtsp://10.0.0.8/1' },
      windowIds: ['w1', 'w2'],
    });
    const told = next(cameras.stateChanged);
    streams.say(far.id, 'live', { source: 'rtsp' });
    expect(await told).toMatchObject({ cameraId: 'far', hallId: 'h1', streams: [{ role: 'sub', status: 'live' }] });
    expect(cameras.states().map(({ cameraId, streams: s }) => [cameraId, s.length])).toEqual([
      [near.id, 0],
      ['far', 1],
    ]);
    expect(cameras.camerasSeeing('h1', 'w1')).toEqual(['far', near.id]);
  });
});

describe('searching and asking', () => {
  it('names the camera of ours that has the address', async () => {
    const responder = await odd();
    await responder.answerProbes(() => [
      '<s:Envelope xmlns:s="s"><s:Body><ProbeMatches><ProbeMatch><EndpointReference><Address>urn:uuid:known</Address></EndpointReference>' +
        `<Types>dn:NetworkVideoTransmitter</Types><XAddrs>${responder.onvifUrl}</XAddrs></ProbeMatch></ProbeMatches></s:Body></s:Envelope>`,
    ]);
    const { id } = await cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    const found = await cameras.discover({ interfaceAddress: '127.0.0.1', waitMs: 300 });
    expect(found.find(({ endpoint }) => endpoint === 'urn:uuid:known')?.knownAs).toBe(id);
  });

  it('probes without adding', async () => {
    const responder = await odd({ serial: 'X1' });
    const probe = await cameras.probe({ onvifUrl: responder.onvifUrl, username: '', password: '' });
    expect(probe).toMatchObject({ serial: 'X1', profiles: [{ role: 'main' }, { role: 'sub' }] });
    expect(cameras.list()).toEqual([] satisfies Camera[]);
  });
});

describe('a hall with cameras', () => {
  it('cannot lose them, nor the windows they see', async () => {
    await cameras.add({ ...byHand, windowIds: ['w1'] });
    await expect(database.db.query(`DELETE FROM service_window WHERE id = 'w1'`)).rejects.toMatchObject({
      table: 'camera_window',
    });
    await database.db.query(`DELETE FROM service_window WHERE id = 'w3'`);
    await expect(database.db.query(`DELETE FROM hall`)).rejects.toThrow();
  });
});
