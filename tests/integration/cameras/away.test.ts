import { describe, expect, it } from 'vitest';
import { fault, reply } from '../../helpers/onvif-responder.ts';
import { ownerOf } from '../../helpers/caller.ts';
import { byHand, next, useStage } from './stage.ts';

const at = useStage();

describe('a camera that is away', () => {
  it('is a problem after 15 s, with the reason, until it is back', async () => {
    const { id } = await at.cameras.add(byHand);
    at.streams.say(id, 'lost', { code: 'CAMERA_UNAUTHORIZED', detail: 'RTSP 401' });
    at.clock.advance(14_999);
    expect(at.problems.list()).toEqual([]);
    at.clock.advance(1);
    expect(at.problems.get(`camera:${id}`)).toMatchObject({ code: 'CAMERA_UNAUTHORIZED', detail: 'RTSP 401' });
    at.streams.say(id, 'connecting');
    expect(at.problems.list()).toHaveLength(1);
    at.streams.say(id, 'live', { source: 'rtsp' });
    expect(at.problems.list()).toEqual([]);
    at.streams.say(id, 'lost', { role: 'main', code: 'CAMERA_SILENT' });
    at.clock.advance(60_000);
    expect(at.problems.list()).toEqual([]);
  });

  it('is described again, and pulled from where its streams are now', async () => {
    const responder = await at.odd({ serial: 'X1' });
    const { id } = await at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    responder.camera.profiles = [{ token: 'main', uri: 'rtsp://{host}/moved' }];
    at.streams.say(id, 'lost', { code: 'CAMERA_NO_STREAM', detail: 'RTSP 404' });
    const told = next(at.cameras.changed);
    at.clock.advance(15_000);
    expect((await told).profiles.map(({ streamUri }) => streamUri)).toEqual(
      Array(2).fill(`rtsp://127.0.0.1:${responder.port}/moved`),
    );
    expect(at.streams.targets.get(`${id}/sub`)?.uri).toMatch(/moved$/);
    at.streams.say(id, 'live');
    await at.restart();
    expect(at.streams.targets.get(`${id}/sub`)?.uri).toMatch(/moved$/);
  });

  it('is not mixed up with another device at its address', async () => {
    const responder = await at.odd({ serial: 'X1' });
    const { id, ...before } = await at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    Object.assign(responder.camera, { serial: 'X2', profiles: [{ token: 'other' }] });
    at.streams.say(id, 'lost', { code: 'CAMERA_NO_STREAM' });
    at.clock.advance(14_999);
    const told = new Promise<string | null>((resolve) => {
      at.problems.onChange(([problem]) => problem?.detail && resolve(problem.detail));
    });
    at.clock.advance(1);
    expect(await told).toContain('another device answers');
    expect(at.cameras.get(id)).toEqual({ id, ...before });
  });

  it('is not asked on when it refuses the password, so that it does not lock the account', async () => {
    const responder = await at.odd();
    const account = { username: 'admin', password: 'right' };
    const { id } = await at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl, ...account });
    responder.camera.instead = { GetDeviceInformation: reply(400, fault('NotAuthorized', 'Sender not Authorized')) };
    at.streams.say(id, 'lost', { code: 'CAMERA_UNREACHABLE' });
    const told = new Promise<void>((resolve) => {
      at.problems.onChange(([problem]) => problem?.code === 'CAMERA_CREDENTIALS_REFUSED' && resolve());
    });
    at.clock.advance(15_000);
    await told;
    const asked = responder.asked.length;
    at.clock.advance(3_600_000);
    await at.cameras.stop();
    expect(responder.asked).toHaveLength(asked);
  });
});

describe('watching', () => {
  it('is opened by a token for its camera and role', async () => {
    const { id } = await at.cameras.add(byHand);
    const { token } = at.cameras.issueLiveToken(id, 'main', ownerOf('li.wei'));
    expect(at.cameras.authoriseLive(token)).toMatchObject({ ok: true, cameraId: id, role: 'main' });
    expect(at.cameras.authoriseLive(`${token}x`)).toEqual({ ok: false, code: 'LIVE_TOKEN_INVALID' });
    const { token: ofOneWhoLeft } = at.cameras.issueLiveToken(id, 'main', ownerOf('left'));
    expect(at.cameras.authoriseLive(ofOneWhoLeft)).toEqual({ ok: false, code: 'NOT_FOUND' });
    at.clock.advance(30_000);
    expect(at.cameras.authoriseLive(token)).toEqual({ ok: false, code: 'LIVE_TOKEN_INVALID' });
  });

  it('shows the state of every stream, and who sees what', async () => {
    const near = await at.cameras.add({ ...byHand, windowIds: ['w1'] });
    const far = await at.cameras.add({
      id: 'far',
      hallId: 'h1',
      name: 'Far',
      streamUris: { main: 'rtsp://10.0.0.8/1' },
      windowIds: ['w1', 'w2'],
    });
    const told = next(at.cameras.stateChanged);
    at.streams.say(far.id, 'live', { source: 'rtsp' });
    expect(await told).toMatchObject({ cameraId: 'far', hallId: 'h1', streams: [{ role: 'sub', status: 'live' }] });
    expect(at.cameras.states().map(({ cameraId, streams: s }) => [cameraId, s.length])).toEqual([
      [near.id, 0],
      ['far', 1],
    ]);
    expect(at.cameras.camerasSeeing('h1', 'w1')).toEqual(['far', near.id]);
  });
});
