import { describe, expect, it } from 'vitest';
import type { PushPort } from '../../../server/features/cameras/ports.ts';
import { useStage } from './stage.ts';

const stage = useStage();
const device = { hallId: 'h1', name: 'Body camera', sourceChoice: 'rtmp' } as const;

class Push implements PushPort {
  readonly keys = new Map<string, string>();
  listening: PushPort['listening'] = { host: '0.0.0.0', port: 1935 };
  allow = (name: string, key: string) => void this.keys.set(name, key);
  forbid = (name: string) => void this.keys.delete(name);
  isPublishing = () => false;
}

async function receiving(): Promise<Push> {
  const push = new Push();
  await stage.restart({ push });
  return push;
}

const keyIn = (streamKey: string) => /\?key=([0-9a-f]{40})$/.exec(streamKey)?.[1];

describe('a camera that pushes', () => {
  it('is added without any address, and gets one with a key of its own to push to', async () => {
    const push = await receiving();
    const camera = await stage.cameras.add(device);
    expect(camera).toMatchObject({ id: 'h1-body-camera', sourceChoice: 'rtmp', onvifUrl: null, hasPassword: true });
    expect([...stage.streams.targets.keys()]).toEqual(['h1-body-camera/main', 'h1-body-camera/sub']);

    const address = stage.cameras.publishAddress(camera.id, 'hall.example');
    expect(address).toMatchObject({ server: 'rtmp://hall.example:1935/live', publishing: false });
    expect(address.url).toBe(`${address.server}/${address.streamKey}`);
    expect(keyIn(address.streamKey)).toBe(push.keys.get(camera.id));
    expect(JSON.stringify([...stage.streams.targets.values(), camera])).not.toContain(push.keys.get(camera.id));
  });

  it('keeps its key over a restart, sealed in the database', async () => {
    const push = await receiving();
    await stage.cameras.add(device);
    const key = push.keys.get('h1-body-camera')!;
    const [row] = await stage.database.db.query<{ password_sealed: Buffer }>('SELECT password_sealed FROM camera');
    expect(row!.password_sealed.includes(key)).toBe(false);
    expect((await receiving()).keys.get('h1-body-camera')).toBe(key);
  });

  it('may not push while it is switched off, nor once it is removed', async () => {
    const push = await receiving();
    const { id } = await stage.cameras.add(device);
    await stage.cameras.change(id, { enabled: false });
    expect(push.keys.size).toBe(0);
    await stage.cameras.change(id, { enabled: true });
    expect(push.keys.size).toBe(1);
    await stage.cameras.remove(id);
    expect(push.keys.size).toBe(0);
  });

  it('gets another key when that is renewed', async () => {
    const push = await receiving();
    const { id } = await stage.cameras.add(device);
    const before = push.keys.get(id);
    const { streamKey } = await stage.cameras.renewPublishKey(id, 'hall.example');
    expect(keyIn(streamKey)).toBe(push.keys.get(id));
    expect(push.keys.get(id)).not.toBe(before);
  });

  it('stays one that pushes, and no other becomes one', async () => {
    await receiving();
    const { id } = await stage.cameras.add(device);
    const refused = { code: 'REQUEST_INVALID' };
    await expect(stage.cameras.change(id, { sourceChoice: 'auto' })).rejects.toMatchObject(refused);
    await expect(stage.cameras.change(id, { password: 'easy' })).rejects.toMatchObject(refused);
    await expect(stage.cameras.change(id, { onvifUrl: 'http://10.0.0.1/' })).rejects.toMatchObject(refused);
    const pulled = await stage.cameras.add({ hallId: 'h1', name: 'Door', streamUris: { main: 'rtsp://10.0.0.9/1' } });
    await expect(stage.cameras.change(pulled.id, { sourceChoice: 'rtmp' })).rejects.toMatchObject(refused);
    expect(() => stage.cameras.publishAddress(pulled.id, 'hall.example')).toThrow(
      expect.objectContaining({ code: 'CONFLICT' }),
    );
  });

  it('says so where RTMP is not received', async () => {
    const push = await receiving();
    push.listening = null;
    const { id } = await stage.cameras.add(device);
    expect(() => stage.cameras.publishAddress(id, 'hall.example')).toThrow(
      expect.objectContaining({ code: 'RTMP_OFF' }),
    );
  });
});
