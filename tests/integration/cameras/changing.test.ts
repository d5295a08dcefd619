import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../helpers/caller.ts';
import { byHand, next, useStage } from './stage.ts';

const at = useStage();

describe('changing a camera', () => {
  it('keeps what is not named, and follows with the targets', async () => {
    const { id } = await at.cameras.add({ ...byHand, username: 'u', password: 'pw', windowIds: ['w1'] });
    const changed = await at.cameras.change(id, {
      name: 'Front',
      windowIds: [],
      sourceChoice: 'ffmpeg',
      purpose: 'public-area',
    });
    expect(changed).toMatchObject({ name: 'Front', windowIds: [], hasPassword: true, username: 'u' });
    expect(at.streams.targets.get(`${id}/sub`)).toMatchObject({ sourceChoice: 'ffmpeg', password: 'pw' });
    await at.restart();
    expect(at.cameras.get(id)).toEqual(changed);
    expect(at.streams.targets.get(`${id}/sub`)).toMatchObject({ password: 'pw' });
  });

  it('switches it off and on', async () => {
    const { id } = await at.cameras.add(byHand);
    at.streams.say(id, 'live');
    const told = next(at.cameras.stateChanged);
    await at.cameras.change(id, { enabled: false });
    expect(await told).toMatchObject({ cameraId: id, condition: { status: 'off' }, streams: [] });
    expect(at.streams.targets.size).toBe(0);
    expect(() => at.cameras.issueLiveToken(id, 'sub', ownerOf('li'))).toThrow(
      expect.objectContaining({ code: 'CAMERA_DISABLED' }),
    );
    await at.restart();
    expect(at.streams.targets.size).toBe(0);
    await at.cameras.change(id, { enabled: true });
    expect(at.streams.targets.size).toBe(2);
  });

  it('tries a new password: refused when wrong, taken when right or when the camera is away', async () => {
    const responder = await at.odd({ username: 'admin', password: 'old' });
    const { id } = await at.cameras.add({
      hallId: 'h1',
      name: 'x',
      onvifUrl: responder.onvifUrl,
      username: 'admin',
      password: 'old',
    });
    await expect(at.cameras.change(id, { password: 'wrong' })).rejects.toMatchObject({ code: 'CAMERA_UNAUTHORIZED' });
    expect(at.streams.targets.get(`${id}/sub`)?.password).toBe('old');
    responder.camera.password = 'new';
    await at.cameras.change(id, { password: 'new' });
    expect(at.streams.targets.get(`${id}/sub`)?.password).toBe('new');
    await responder.stop();
    await at.cameras.change(id, { password: 'newer' });
    expect(at.streams.targets.get(`${id}/sub`)?.password).toBe('newer');
    await at.restart();
    expect(at.streams.targets.get(`${id}/sub`)?.password).toBe('newer');
  });

  it('describes it anew at a new address, which must answer', async () => {
    const first = await at.odd({ serial: 'X1' });
    const second = await at.odd({ serial: 'X2' });
    const { id } = await at.cameras.add({ hallId: 'h1', name: 'x', onvifUrl: first.onvifUrl });
    await at.cameras.change(id, { onvifUrl: second.onvifUrl });
    expect(at.cameras.get(id)).toMatchObject({ serial: 'X2', onvifUrl: second.onvifUrl });
    expect(at.streams.targets.get(`${id}/main`)?.uri).toBe(`rtsp://127.0.0.1:${second.port}/main`);
    const { onvifUrl } = first;
    await first.stop();
    await expect(at.cameras.change(id, { onvifUrl })).rejects.toMatchObject({
      code: 'CAMERA_UNREACHABLE',
    });
    expect(at.cameras.get(id).serial).toBe('X2');
  });

  it('says NOT_FOUND of a camera that is not there', async () => {
    await expect(at.cameras.change('nobody', { name: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(at.cameras.remove('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(() => at.cameras.get('nobody')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });

  it('removes it with its targets and problems', async () => {
    const { id } = await at.cameras.add({ ...byHand, windowIds: ['w1'] });
    at.streams.say(id, 'lost', { code: 'CAMERA_SILENT' });
    at.clock.advance(15_000);
    const { token } = at.cameras.issueLiveToken(id, 'sub', ownerOf('li'));
    const told = next(at.cameras.removed);
    await at.cameras.remove(id);
    expect(await told).toBe(id);
    expect([at.cameras.list(), at.streams.targets.size, at.problems.list()]).toEqual([[], 0, []]);
    expect(at.cameras.authoriseLive(token)).toEqual({ ok: false, code: 'NOT_FOUND' });
    await at.restart();
    expect(at.cameras.list()).toEqual([]);
  });
});

describe('a key file that does not fit', () => {
  it('is a problem of each camera with a password, mended by entering it again', async () => {
    const locked = await at.cameras.add({ ...byHand, username: 'u', password: 'pw' });
    const open = await at.cameras.add({ hallId: 'h1', name: 'Open', streamUris: { main: 'rtsp://10.0.0.8/1' } });
    const secret = randomBytes(32);
    await at.restart({ secret });
    expect(at.problems.list()).toMatchObject([
      { subject: `camera:${locked.id}/password`, code: 'CAMERA_UNAUTHORIZED' },
    ]);
    expect(at.streams.targets.get(`${open.id}/sub`)).toBeDefined();
    await at.cameras.change(locked.id, { name: 'Other name' });
    await at.restart();
    expect(at.streams.targets.get(`${locked.id}/sub`)?.password).toBe('pw');
    await at.restart({ secret });
    await at.cameras.change(locked.id, { password: 'again' });
    expect(at.problems.list()).toEqual([]);
    expect(at.streams.targets.get(`${locked.id}/sub`)?.password).toBe('again');
  });
});

describe('a hall with cameras', () => {
  it('cannot lose them, nor the windows they see', async () => {
    await at.cameras.add({ ...byHand, windowIds: ['w1'] });
    await expect(at.database.db.query(`DELETE FROM service_window WHERE id = 'w1'`)).rejects.toMatchObject({
      table: 'camera_window',
    });
    await at.database.db.query(`DELETE FROM service_window WHERE id = 'w3'`);
    await expect(at.database.db.query(`DELETE FROM hall`)).rejects.toThrow();
  });
});
