import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import { RtmpStage } from '../../helpers/rtmp-stage.ts';
import { RecordingViewer } from '../../unit/streams/samples.ts';

let stage: RtmpStage;
afterEach(() => stage.close());

describe('a device that pushes by RTMP', () => {
  it('is live within three seconds of its push, and away as soon as it ends', async () => {
    stage = await new RtmpStage().open();
    expect(await stage.until('lost')).toMatchObject({ code: 'CAMERA_NOT_PUSHING', source: null });
    const encoder = stage.push();
    await stage.publishing(true);
    const since = systemClock.monotonic();
    expect(await stage.until('live')).toMatchObject({ source: 'rtmp', code: null });
    expect(systemClock.monotonic() - since).toBeLessThan(3000);
    expect(stage.house.hub('c1', 'sub')!.format).toMatchObject({ codec: 'h264', width: 320, height: 180 });

    await encoder.stop();
    expect(await stage.until('lost')).toMatchObject({ code: 'CAMERA_NOT_PUSHING' });
    stage.push();
    await stage.until('live');
  });

  it('gives both streams from one push', async () => {
    stage = await new RtmpStage().open();
    stage.push();
    await stage.until('live');
    const viewer = new RecordingViewer();
    stage.house.hub('c1', 'main')!.join(viewer);
    await expect.poll(() => viewer.heard.filter((word) => word.startsWith('key')).length).toBeGreaterThan(1);
    expect(stage.house.hub('c1', 'sub')!.state.status).toBe('live');
  });

  it.each([
    ['with a wrong key', 'c1?key=guessed', 'wrong-key'],
    ['without a key', 'c1', 'wrong-key'],
    ['under a name that no camera has', 'c2?key=sesame', 'unknown-stream'],
    ['under a name that objects have', 'constructor?key=sesame', 'unknown-stream'],
  ])('is refused and counted %s', async (_, streamKey, why) => {
    stage = await new RtmpStage().open();
    await stage.push(streamKey).ended;
    await expect.poll(() => stage.figure('hallwatch_rtmp_refused_total', { why })).toBe(1);
    expect(stage.server.isPublishing('c1')).toBe(false);
    expect(stage.seen).not.toContain('live');
  });

  it('keeps its place before a second one with the same key', async () => {
    stage = await new RtmpStage().open();
    stage.push();
    await stage.until('live');
    await stage.push().ended;
    await expect.poll(() => stage.figure('hallwatch_rtmp_refused_total', { why: 'already-published' })).toBe(1);
    expect(stage.house.hub('c1', 'sub')!.state.status).toBe('live');
  });

  it('gets its place back when its connection broke off without a word', async () => {
    stage = await new RtmpStage().open();
    const first = stage.push();
    await stage.until('live');
    first.freeze();
    await stage.until('lost');
    stage.push();
    await stage.until('live');
  });

  it('is thrown out when its key is renewed, and let in with the new one', async () => {
    stage = await new RtmpStage().open();
    const encoder = stage.push();
    await stage.until('live');
    stage.server.allow('c1', 'simsim');
    await encoder.ended;
    expect(await stage.until('lost')).toMatchObject({ code: 'CAMERA_NOT_PUSHING' });
    stage.push('c1?key=simsim');
    await stage.until('live');
  });

  it('is played to nobody who asks by RTMP', async () => {
    stage = await new RtmpStage().open();
    stage.push();
    await stage.until('live');
    const player = spawn('ffmpeg', ['-loglevel', 'quiet', '-i', stage.url('c1?key=sesame'), '-f', 'null', '-']);
    expect(await once(player, 'close')).not.toEqual([0, null]);
    await expect.poll(() => stage.figure('hallwatch_rtmp_refused_total', { why: 'play' })).toBe(1);
  });
});
