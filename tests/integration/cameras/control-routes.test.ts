import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { systemClock } from '#lib/clock.ts';
import { StoredCredentials } from '#lib/credential-guard.ts';
import { silentLogger, type Logger } from '#lib/logger.ts';
import { openControls } from '../../../devices/onvif/controls.ts';
import { cameraControlRoutes } from '../../../server/features/cameras/control-routes.ts';
import { CameraControl } from '../../../server/features/cameras/control.ts';
import type { App } from '../../../server/http/app-type.ts';
import { buildApp } from '../../../server/http/app.ts';
import { callerOf, nowhere } from '../../helpers/caller.ts';
import { OnvifResponder } from '../../helpers/onvif-responder.ts';

const done = (name: string) => () => `<x:${name}Response/>`;
let dome: OnvifResponder;
let password: string;
let guard: StoredCredentials;
let control: CameraControl;
let moving: boolean[];
let logged: object[];
let app: App;

beforeEach(async () => {
  dome = await new OnvifResponder({
    username: 'admin',
    password: 'right',
    auth: 'digest-sha256',
    services: ['ptz', 'imaging'],
    profiles: [{ token: '1', ptz: 'n' }],
    answers: {
      GetPresets: () =>
        '<x:GetPresetsResponse><x:Preset token="0/1"><x:Name>Desk</x:Name></x:Preset></x:GetPresetsResponse>',
      ContinuousMove: done('ContinuousMove'),
      Stop: done('Stop'),
      GotoHomePosition: done('GotoHomePosition'),
      GotoPreset: (text) => (text.includes('>0/1<') ? '<x:GotoPresetResponse/>' : null),
      SetPreset: () => '<x:SetPresetResponse><x:PresetToken>007</x:PresetToken></x:SetPresetResponse>',
      RemovePreset: done('RemovePreset'),
      GetImagingSettings: () =>
        '<x:GetImagingSettingsResponse><x:ImagingSettings><x:Contrast>5</x:Contrast></x:ImagingSettings></x:GetImagingSettingsResponse>',
      GetOptions: () =>
        '<x:GetOptionsResponse><x:ImagingOptions><x:Contrast><x:Min>0</x:Min><x:Max>9</x:Max></x:Contrast></x:ImagingOptions></x:GetOptionsResponse>',
      SetImagingSettings: done('SetImagingSettings'),
      SetRelayOutputState: done('SetRelayOutputState'),
    },
  }).start();
  password = 'right';
  guard = new StoredCredentials({ clock: systemClock });
  moving = [];
  logged = [];
  const log = {
    ...silentLogger,
    info: (what: object) => logged.push(what),
    warn: () => undefined,
  } as unknown as Logger;
  control = new CameraControl({
    clock: systemClock,
    log,
    open: openControls,
    access: (cameraId) => {
      if (cameraId !== 'c1') throw new AppError('NOT_FOUND', cameraId);
      return { onvifUrl: dome.onvifUrl, username: 'admin', password, guard };
    },
  });
  control.moved.on((now) => moving.push(now.moving));
  control.start();
  app = await buildApp({
    log: silentLogger,
    metrics: new Registry(),
    authenticate: async ({ role }) => (role ? callerOf(role) : null),
    hallOf: nowhere,
    trustProxy: false,
    clientDir: import.meta.dirname,
    routes: (fastify) => cameraControlRoutes(fastify, { control }),
  });
});
afterEach(async () => {
  await app.close();
  control.stop();
  await dome.stop();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
function call(method: Method, path: string, body?: object, role: string | null = 'administrator') {
  const cookies = role === null ? {} : { role };
  return app.inject({
    method,
    url: `/api/cameras/${path}`,
    cookies,
    ...(body ? { payload: body } : {}),
  });
}

describe('control over REST', () => {
  it('shows what can be done, and does it', async () => {
    const controls = await call('GET', 'c1/controls', undefined, 'supervisor');
    expect(controls.json()).toMatchObject({ ptz: { presets: [{ token: '0/1', name: 'Desk' }], home: false } });
    expect((await call('POST', 'c1/ptz/move', { pan: 0.5 }, 'supervisor')).statusCode).toBe(204);
    expect(control.isMoving('c1')).toBe(true);
    expect((await call('POST', 'c1/ptz/stop', undefined, 'supervisor')).statusCode).toBe(204);
    expect((await call('POST', 'c1/ptz/home', undefined, 'supervisor')).statusCode).toBe(204);
    expect((await call('POST', 'c1/ptz/presets/0%2F1/goto', undefined, 'supervisor')).statusCode).toBe(204);
    const saved = await call('POST', 'c1/ptz/presets', { name: ' 门口 ' });
    expect([saved.statusCode, saved.json()]).toEqual([201, { token: '007', name: '门口' }]);
    expect((await call('DELETE', 'c1/ptz/presets/007')).statusCode).toBe(204);
    expect((await call('PATCH', 'c1/imaging', { contrast: 0 })).statusCode).toBe(204);
    expect((await call('PUT', 'c1/relays/0', { on: true })).statusCode).toBe(204);
    expect(dome.wrongProofs).toBe(0);
    expect(logged).toMatchObject([
      { cameraId: 'c1', by: 'li.wei', command: 'move', pan: 0.5 },
      { by: 'li.wei', command: 'stop' },
      { command: 'home' },
      { command: 'go to preset', token: '0/1' },
      { command: 'save preset', name: '门口' },
      { command: 'remove preset', token: '007' },
      { command: 'imaging', contrast: 0 },
      { command: 'relay', token: '0', on: true },
    ]);
  });

  it('stops a camera that nobody tells to move on', async () => {
    await call('POST', 'c1/ptz/move', { tilt: -1 });
    await expect.poll(() => dome.asked.at(-1), { timeout: 4000 }).toBe('Stop');
    expect(moving).toEqual([true]);
  });

  it.each([
    ['GET', 'c1/controls', undefined, 'supervisor'],
    ['POST', 'c1/ptz/move', { pan: 1 }, 'supervisor'],
    ['POST', 'c1/ptz/stop', undefined, 'supervisor'],
    ['POST', 'c1/ptz/home', undefined, 'supervisor'],
    ['POST', 'c1/ptz/presets/1/goto', undefined, 'supervisor'],
    ['POST', 'c1/ptz/presets', { name: 'x' }, 'administrator'],
    ['DELETE', 'c1/ptz/presets/1', undefined, 'administrator'],
    ['PATCH', 'c1/imaging', { contrast: 1 }, 'administrator'],
    ['PUT', 'c1/relays/1', { on: true }, 'administrator'],
  ] as const)('lets nobody below do %s %s', async (method, path, body, least) => {
    expect((await call(method, path, body, null)).statusCode).toBe(401);
    expect((await call(method, path, body, 'auditor')).statusCode).toBe(403);
    if (least === 'administrator') expect((await call(method, path, body, 'supervisor')).statusCode).toBe(403);
    expect(dome.asked).toEqual([]);
  });

  it.each([
    ['POST', 'c1/ptz/move', { pan: 1.5 }, 400, 'REQUEST_INVALID'],
    ['PATCH', 'c1/imaging', { contrast: 10 }, 400, 'REQUEST_INVALID'],
    ['PATCH', 'c1/imaging', { sharpness: 1 }, 501, 'CAMERA_UNSUPPORTED'],
    ['POST', 'c1/ptz/presets/nowhere/goto', undefined, 501, 'CAMERA_UNSUPPORTED'],
    ['POST', 'c2/ptz/stop', undefined, 404, 'NOT_FOUND'],
  ] as const)('answers %s %s %j with %d %s', async (method, path, body, status, code) => {
    const answer = await call(method, path, body);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { error: { code } }]);
  });

  it('signs in anew when the password was changed in Hallwatch, and not before', async () => {
    password = 'wrong';
    expect((await call('POST', 'c1/ptz/stop')).json()).toMatchObject({ error: { code: 'CAMERA_CREDENTIALS_REFUSED' } });
    expect((await call('POST', 'c1/ptz/stop')).json()).toMatchObject({ error: { code: 'CAMERA_CREDENTIALS_REFUSED' } });
    expect(dome.wrongProofs).toBe(1);
    password = 'right';
    guard = new StoredCredentials({ clock: systemClock });
    expect((await call('POST', 'c1/ptz/stop')).statusCode).toBe(204);
  });
});
