import { describe, expect, it } from 'vitest';
import { byHand, next, useStage } from './stage.ts';

const at = useStage();

describe('adding a camera', () => {
  it('stores all it says, and has its sub stream pulled always and its main stream when it is watched', async () => {
    const responder = await at.odd({
      username: 'admin',
      password: 'right',
      serial: '007',
      services: ['ptz'],
      profiles: [
        { token: 'main', gov: 50, audio: 'AAC', ptz: 'n' },
        { token: 'sub', width: 640, height: 360 },
      ],
    });
    const told = next(at.cameras.changed);
    const added = await at.cameras.add({
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
      profiles: [
        { token: 'main', keyIntervalSec: 2, audio: 'aac' },
        { token: 'sub', keyIntervalSec: null, audio: null },
      ],
      capabilities: { ptz: true, imaging: false, relays: false, events: false },
      hasPassword: true,
      enabled: true,
      windowIds: ['w2', 'w1'],
      place: { x: 1.5, y: 2 },
    });
    const address = `rtsp://127.0.0.1:${responder.port}`;
    expect([...at.streams.targets.values()].map(({ guard: _, ...target }) => target)).toEqual([
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

    const targets = [...at.streams.targets.values()];
    await at.restart();
    expect(at.cameras.list()).toEqual([added]);
    expect([...at.streams.targets.values()]).toEqual(targets);
  });

  it('keeps the password out of the database as it is', async () => {
    await at.cameras.add({ ...byHand, username: 'u', password: 'a-very-plain-password' });
    const [row] = await at.database.db.query<{ text: string }>(`SELECT c::text AS text FROM camera c`);
    expect(row!.text).not.toContain(Buffer.from('a-very-plain-password').toString('hex'));
    expect(row!.text).not.toContain('a-very-plain-password');
  });

  it('takes a camera without ONVIF by its addresses, with the credentials in them', async () => {
    const added = await at.cameras.add({
      hallId: 'h1',
      name: 'Door',
      streamUris: { main: 'rtsp://admin:pw@10.0.0.9/only' },
    });
    expect(added).toMatchObject({ id: 'h1-door', onvifUrl: null, username: 'admin', hasPassword: true });
    expect(at.streams.targets.get('h1-door/sub')).toMatchObject({
      uri: 'rtsp://10.0.0.9/only',
      username: 'admin',
      password: 'pw',
    });
  });

  it('refuses one that does not answer or lets nobody in, and stores nothing', async () => {
    const responder = await at.odd({ username: 'admin', password: 'right' });
    const input = { hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl, username: 'admin', password: 'wrong' };
    await expect(at.cameras.add(input)).rejects.toMatchObject({
      code: 'CAMERA_UNAUTHORIZED',
      details: expect.stringContaining('Sender not Authorized'),
    });
    await responder.stop();
    // the same is not said twice, and what it said stands
    await expect(at.cameras.add(input)).rejects.toMatchObject({ code: 'CAMERA_UNAUTHORIZED' });
    const another = { ...input, password: 'another' };
    await expect(at.cameras.add(another)).rejects.toMatchObject({ code: 'CAMERA_UNREACHABLE' });
    expect(at.cameras.list()).toEqual([]);
    expect(at.streams.targets.size).toBe(0);
  });

  it('refuses the same camera twice, by serial and by stream address', async () => {
    const first = await at.odd({ serial: 'X1' });
    await at.cameras.add({ id: 'first', hallId: 'h1', name: 'First', onvifUrl: first.onvifUrl });
    const second = await at.odd({ serial: 'X1' });
    await expect(at.cameras.add({ hallId: 'h1', name: 'Again', onvifUrl: second.onvifUrl })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: 'this is the camera first already: Odd Works serial X1',
    });
    await at.cameras.add(byHand);
    await expect(at.cameras.add({ ...byHand, streamUris: { main: 'rtsp://10.0.0.9:554/sub' } })).rejects.toMatchObject({
      code: 'CONFLICT',
      details: expect.stringContaining('h1-door'),
    });
  });

  it('refuses it even when both come at once', async () => {
    const [first, second] = [await at.odd({ serial: 'X1' }), await at.odd({ serial: 'X1' })];
    const adding = [first, second].map(({ onvifUrl }) => at.cameras.add({ hallId: 'h1', name: 'Same', onvifUrl }));
    expect((await Promise.allSettled(adding)).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(at.cameras.list()).toHaveLength(1);
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
    await at.cameras.add({ id: 'taken', hallId: 'h1', name: 'x', streamUris: { main: 'rtsp://10.0.0.1/1' } });
    await expect(at.cameras.add({ ...byHand, ...change } as typeof byHand)).rejects.toMatchObject({ code, details });
    expect(at.cameras.list()).toHaveLength(1);
  });

  it('ends with SHUTTING_DOWN when the service stops meanwhile', async () => {
    let reached = () => undefined as void;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    const { onvifUrl } = await at.odd({ instead: { GetProfiles: () => reached() } });
    const ending = expect(at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
    await asked;
    await at.cameras.stop();
    await at.cameras.stop();
    await ending;
    await expect(at.cameras.probe({ onvifUrl, username: '', password: '' })).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });
});

describe('searching and asking', () => {
  it('names the camera of ours that has the address', async () => {
    const responder = await at.odd();
    await responder.answerProbes(() => [
      '<s:Envelope xmlns:s="s"><s:Body><ProbeMatches><ProbeMatch><EndpointReference><Address>urn:uuid:known</Address></EndpointReference>' +
        `<Types>dn:NetworkVideoTransmitter</Types><XAddrs>${responder.onvifUrl}</XAddrs></ProbeMatch></ProbeMatches></s:Body></s:Envelope>`,
    ]);
    const { id } = await at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    const found = await at.cameras.discover({ interfaceAddress: '127.0.0.1', waitMs: 300 });
    expect(found.find(({ endpoint }) => endpoint === 'urn:uuid:known')?.knownAs).toBe(id);
  });

  it('probes without adding', async () => {
    const responder = await at.odd({ serial: 'X1' });
    const probe = await at.cameras.probe({ onvifUrl: responder.onvifUrl, username: '', password: '' });
    expect(probe).toMatchObject({ serial: 'X1', profiles: [{ role: 'main' }, { role: 'sub' }] });
    expect(at.cameras.list()).toEqual([]);
  });

  it('under an earlier release is made up for: what it can do is asked at the next start', async () => {
    const responder = await at.odd({ services: ['events'] });
    const added = await at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl: responder.onvifUrl });
    await at.database.db.query('UPDATE camera SET capabilities = NULL');
    await at.restart();
    expect(at.cameras.get(added.id).capabilities.events).toBe(false);
    expect(await next(at.cameras.changed)).toEqual(added);
    const asked = responder.asked.length;
    await at.restart();
    at.clock.advance(60_000);
    expect(at.cameras.list()).toEqual([added]);
    expect(responder.asked).toHaveLength(asked);
  });
});
