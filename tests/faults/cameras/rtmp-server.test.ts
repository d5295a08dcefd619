import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { systemClock, type Clock } from '#lib/clock.ts';
import { freePort } from '../../helpers/hallwatch.ts';
import { Intruder, message } from '../../helpers/rtmp-intruder.ts';
import { RtmpStage } from '../../helpers/rtmp-stage.ts';

let stage: RtmpStage;
afterEach(() => stage.close());

async function pushing(): Promise<void> {
  stage = await new RtmpStage().open();
  stage.push();
  await stage.until('live');
}

const refused = (why: string) => stage.figure('hallwatch_rtmp_refused_total', { why });

async function restarted(): Promise<void> {
  await expect.poll(() => stage.figure('hallwatch_rtmp_restarts_total')).toBe(1);
  await expect.poll(() => stage.server.listens).toBe(true);
}

describe('the RTMP server', () => {
  it('is started again when it is killed, and who pushes anew is live', async () => {
    await pushing();
    process.kill(stage.server.pid!, 'SIGKILL');
    expect(await stage.until('lost')).toMatchObject({ code: 'CAMERA_NOT_PUSHING' });
    await restarted();
    stage.push();
    await stage.until('live');
    expect(stage.problems.list()).toEqual([]);
  });

  it('is killed and started again when it hangs', async () => {
    // The server looks after it four times as often as in real life.
    const every: Clock['every'] = (ms, action) => systemClock.every(ms / 4, action);
    stage = await new RtmpStage().open({ clock: { ...systemClock, every } });
    process.kill(stage.server.pid!, 'SIGSTOP');
    await restarted();
  });

  it('dies of one request inside, which nobody outside can send, and nothing else ends', async () => {
    await pushing();
    const outside = new WebSocket(`ws://127.0.0.1:${stage.port}/a/b%20c.flv`);
    await once(outside, 'error');
    expect(stage.house.hub('c1', 'sub')!.state.status).toBe('live');
    expect(await stage.figure('hallwatch_rtmp_restarts_total')).toBe(0);

    const { socketPath } = stage.server.placeOf('c1')!;
    const inside = new WebSocket(`ws+unix:${socketPath}:/a/b%20c.flv`);
    inside.on('error', () => undefined);
    await stage.until('lost');
    await restarted();
    stage.push();
    await stage.until('live');
  });

  it('takes no pictures from who may not publish, though node-media-server would', async () => {
    await pushing();
    const hub = stage.house.hub('c1', 'sub')!;
    const dropped = hub.counts.dropped;
    const intruder = new Intruder(stage.port);
    intruder.send(Intruder.connect(), Intruder.publish('c1?key=guessed'), Intruder.picture(), Intruder.picture());
    await intruder.closed;
    await expect.poll(() => refused('wrong-key')).toBe(1);
    const silent = new Intruder(stage.port);
    silent.send(Intruder.connect(), Intruder.picture());
    await silent.closed;
    await expect.poll(() => refused('malformed')).toBe(1);
    const units = hub.counts.units;
    await expect.poll(() => hub.counts.units).toBeGreaterThan(units + 3);
    expect(hub.counts.dropped).toBe(dropped);
    expect(hub.state.status).toBe('live');
  });

  it('lets one connection publish one stream', async () => {
    stage = await new RtmpStage().open();
    const intruder = new Intruder(stage.port);
    intruder.send(Intruder.connect(), Intruder.publish('c1?key=sesame'), Intruder.publish('c2?key=sesame'));
    await intruder.closed;
    await stage.publishing(false);
    stage.push();
    await stage.until('live');
  });

  it.each([
    ['an address that is none', Intruder.connect('nowhere')],
    ['much and publishes nothing', Buffer.concat([Intruder.chunkSize(), message(3, Buffer.alloc(100_000))])],
    ['a signature of many', Buffer.concat([Intruder.connect(), Intruder.publish('c1?sign=1&sign=2')])],
  ])('ends the connection that sends %s, and no other', async (_, bytes) => {
    await pushing();
    const intruder = new Intruder(stage.port);
    intruder.send(bytes);
    await intruder.closed;
    expect(stage.house.hub('c1', 'sub')!.state.status).toBe('live');
    expect(await stage.figure('hallwatch_rtmp_restarts_total')).toBe(0);
  });

  it('says that its port is taken, and takes it when it is free', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    stage = await new RtmpStage().open({ port });
    await expect
      .poll(() => stage.problems.list())
      .toMatchObject([{ subject: 'rtmp', code: 'PORT_TAKEN', detail: expect.stringContaining(String(port)) }]);
    other.close();
    await expect.poll(() => stage.server.listens).toBe(true);
    expect(stage.problems.list()).toEqual([]);
  });
});
