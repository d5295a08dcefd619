import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/app-error.ts';
import { ask, camera, failure } from '../../helpers/asked-camera.ts';
import { envelope, fault, hangUp, reply } from '../../helpers/onvif-responder.ts';

describe('a camera that is asked who it is', () => {
  it('keeps serials and tokens as the camera wrote them', async () => {
    const odd = await camera({
      serial: '000123456789012345678',
      profiles: [{ token: '0' }, { token: '007', width: 640, height: 360 }],
    });
    const probe = await ask(odd.onvifUrl);
    expect(probe).toMatchObject({
      manufacturer: 'Odd Works',
      model: '10',
      firmware: '5.60',
      serial: '000123456789012345678',
    });
    expect(probe.profiles.map(({ role, token, width }) => ({ role, token, width }))).toEqual([
      { role: 'main', token: '0', width: 1920 },
      { role: 'sub', token: '007', width: 640 },
    ]);
  });

  it('carries markup in tokens, user names and addresses through XML', async () => {
    const odd = await camera({
      username: 'a<b&"c"',
      password: 'p&<>',
      manufacturer: '海康 & Söhne',
      profiles: [{ token: 'p<1>&"x"', uri: 'rtsp://{host}/cam?channel=1&subtype=0' }],
    });
    const probe = await ask(odd.onvifUrl, { username: 'a<b&"c"', password: 'p&<>' });
    expect(probe.manufacturer).toBe('海康 & Söhne');
    expect(probe.profiles[0]).toMatchObject({
      token: 'p<1>&"x"',
      streamUri: `rtsp://127.0.0.1:${odd.port}/cam?channel=1&subtype=0`,
    });
  });

  it('gives both roles to the only profile', async () => {
    const odd = await camera({ profiles: [{ token: 'only' }] });
    const { profiles } = await ask(odd.onvifUrl);
    expect(profiles.map(({ role, token }) => `${role} ${token}`)).toEqual(['main only', 'sub only']);
  });

  it('moves a stream address that leads elsewhere to the host that answered, port and path kept, without credentials', async () => {
    const odd = await camera({
      advertisedHost: '192.168.77.64:80',
      profiles: [
        { token: 'a', uri: 'rtsp://admin:secret@192.168.77.64:8554/Streaming/Channels/101?transportmode=unicast' },
      ],
    });
    const { profiles } = await ask(odd.onvifUrl);
    expect(profiles[0]!.streamUri).toBe('rtsp://127.0.0.1:8554/Streaming/Channels/101?transportmode=unicast');
  });

  it('reads answers that are not quite XML', async () => {
    const odd = await camera({
      instead: {
        GetStreamUri: reply(
          200,
          '\ufeff\r\n' +
            envelope(
              '<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>rtsp://127.0.0.1/cam?channel=1&subtype=0&amp;x=2</tt:Uri></trt:MediaUri></trt:GetStreamUriResponse>',
            ),
        ),
      },
    });
    const { profiles } = await ask(odd.onvifUrl);
    expect(profiles[0]!.streamUri).toBe('rtsp://127.0.0.1/cam?channel=1&subtype=0&x=2');
  });

  it('asks Media2 where there is no Media1', async () => {
    const odd = await camera({
      media: 'media2',
      profiles: [
        { token: 'a', encoding: 'H265' },
        { token: 'b', width: 704, height: 576 },
      ],
    });
    const { profiles } = await ask(odd.onvifUrl);
    expect(profiles.map(({ codec, token }) => `${codec} ${token}`)).toEqual(['h265 a', 'h264 b']);
  });

  it('asks Media2 before Media1, and tells key-frame interval, sound, services and what else the camera can do', async () => {
    const odd = await camera({
      media: 'both',
      services: ['ptz', 'events'],
      advertisedHost: '10.1.2.3:8000',
      profiles: [
        { token: 'a', encoding: 'H265', gov: 100, audio: 'MP4A-LATM', ptz: '0' },
        { token: 'b', width: 640, fps: 12.5, gov: 25, audio: 'PCMA' },
      ],
      answers: {
        GetRelayOutputs: () =>
          '<tds:GetRelayOutputsResponse><tds:RelayOutputs token="0"/></tds:GetRelayOutputsResponse>',
      },
    });
    const probe = await ask(odd.onvifUrl);
    expect(probe.profiles.map(({ codec, keyIntervalSec, audio }) => ({ codec, keyIntervalSec, audio }))).toEqual([
      { codec: 'h265', keyIntervalSec: 4, audio: 'aac' },
      { codec: 'h264', keyIntervalSec: 2, audio: 'pcma' },
    ]);
    expect(probe.services).toContainEqual({ name: 'media2', address: 'http://10.1.2.3:8000/onvif/ver20/media' });
    expect(probe).toMatchObject({
      auth: 'none',
      capabilities: { ptz: true, imaging: false, relays: true, events: true },
    });
  });

  it('gives the sub stream to both when the main address is refused', async () => {
    const odd = await camera({
      profiles: [
        { token: 'a', uri: 'http://{host}/a.cgi' },
        { token: 'b', width: 640, height: 360 },
      ],
    });
    const { profiles } = await ask(odd.onvifUrl);
    expect(profiles.map(({ role, token }) => `${role} ${token}`)).toEqual(['main b', 'sub b']);
  });
});

/** Its own time in the head, and none for strangers in the body. */
function timeless(response: ServerResponse): void {
  response.setHeader('Date', new Date(Date.now() - 7 * 3600_000).toUTCString());
  reply(401, 'no', 'text/plain')(response);
}

describe('proof of identity', () => {
  it('signs with the time of a camera whose clock is seven hours behind', async () => {
    const odd = await camera({ username: 'admin', password: 'kürbis 密码', clockOffsetMs: -7 * 3600_000 });
    const probe = await ask(odd.onvifUrl, { username: 'admin', password: 'kürbis 密码' });
    expect(probe.clockOffsetMs).toBeGreaterThan(-7 * 3600_000 - 1500);
    expect(probe.clockOffsetMs).toBeLessThan(-7 * 3600_000 + 500);
  });

  it('answers a digest challenge', async () => {
    const odd = await camera({ username: '管理员', password: 'right', auth: 'digest' });
    await expect(ask(odd.onvifUrl, { username: '管理员', password: 'right' })).resolves.toMatchObject({
      serial: 'S-1',
    });
  });

  it.each(['token', 'digest'] as const)('says CAMERA_UNAUTHORIZED to a wrong password (%s)', async (auth) => {
    const odd = await camera({ username: 'admin', password: 'right', auth });
    const { code, details } = await failure(ask(odd.onvifUrl, { username: 'admin', password: 'wrong' }));
    expect(code).toBe('CAMERA_UNAUTHORIZED');
    expect(details).toMatch(auth === 'token' ? /Sender not Authorized/ : /401 Unauthorized/);
  });

  it('says CAMERA_UNAUTHORIZED where only the media service is locked', async () => {
    const odd = await camera({ instead: { GetProfiles: reply(400, fault('NotAuthorized', 'no')) } });
    expect((await failure(ask(odd.onvifUrl))).code).toBe('CAMERA_UNAUTHORIZED');
  });

  it('goes on where the time is told only to those signed in, by the time in the head of their answer', async () => {
    const odd = await camera({
      username: 'admin',
      password: 'right',
      clockOffsetMs: -7 * 3600_000,
      instead: { GetSystemDateAndTime: timeless },
    });
    await expect(ask(odd.onvifUrl, { username: 'admin', password: 'right' })).resolves.toMatchObject({
      clockOffsetMs: null,
    });
    expect(odd.asked.slice(0, 3)).toEqual(['GetSystemDateAndTime', 'GetDeviceInformation', 'GetDeviceInformation']);
  });
});

describe('cameras that misbehave', () => {
  it.each([
    ['hangs up', hangUp],
    ['answers with an HTML 500', reply(500, '<!DOCTYPE html><html><title>Internal Error</title><p>oops', 'text/html')],
    ['answers with nonsense', reply(200, envelope('<tds:GetServicesResponse/>'))],
  ])('finds media by GetCapabilities where GetServices %s', async (_how, instead) => {
    const odd = await camera({ instead: { GetServices: instead } });
    await expect(ask(odd.onvifUrl)).resolves.toMatchObject({ serial: 'S-1' });
  });

  it('goes round a service that never answers', async () => {
    const odd = await camera({ instead: { GetServices: () => undefined } });
    await expect(ask(odd.onvifUrl, { timeoutMs: 600 })).resolves.toMatchObject({ serial: 'S-1' });
  });

  it.each([
    [
      'refuses the media service with HTML',
      { GetProfiles: reply(500, '<html><title>Oh no</title>', 'text/html') },
      /Oh no/,
    ],
    ['hangs up on GetProfiles', { GetProfiles: hangUp }, /GetProfiles/],
    [
      'has no media service',
      { GetServices: hangUp, GetCapabilities: reply(400, fault('ActionNotSupported', 'nope')) },
      /nope/,
    ],
    [
      'refuses every stream address',
      { GetStreamUri: reply(400, fault('InvalidArgVal', 'no such profile')) },
      /no such profile/,
    ],
  ])('says CAMERA_NO_STREAM of a camera that %s', async (_what, instead, words) => {
    const odd = await camera({ instead });
    const { code, details } = await failure(ask(odd.onvifUrl));
    expect(code).toBe('CAMERA_NO_STREAM');
    expect(details).toMatch(words);
  });

  it('says CAMERA_NO_STREAM of a camera without video profiles', async () => {
    const odd = await camera({ profiles: [] });
    expect((await failure(ask(odd.onvifUrl))).code).toBe('CAMERA_NO_STREAM');
  });

  it('ends with the reason of the signal', async () => {
    const reason = new AppError('SHUTTING_DOWN');
    const stopping = new AbortController();
    const odd = await camera({ instead: { GetProfiles: () => stopping.abort(reason) } });
    await expect(ask(odd.onvifUrl, { signal: stopping.signal })).rejects.toBe(reason);
    await expect(ask(odd.onvifUrl, { signal: stopping.signal })).rejects.toBe(reason);
  });

  it('refuses an address that is not http', async () => {
    expect((await failure(ask('ftp://127.0.0.1/'))).code).toBe('CAMERA_NOT_ONVIF');
  });
});
