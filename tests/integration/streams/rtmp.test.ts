import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#lib/clock.ts';
import type { SoundFormat, SoundUnit } from '../../../streams/access-unit.ts';
import { RtspSource } from '../../../streams/rtsp/rtsp-source.ts';
import { Intruder, message } from '../../helpers/rtmp-intruder.ts';
import { RtmpStage } from '../../helpers/rtmp-stage.ts';
import { RELAY_WIDTH, RtspRelay } from '../../helpers/rtsp-relay.ts';
import { RecordingViewer } from '../../unit/streams/samples.ts';
import { CollectingSink } from './collecting-sink.ts';

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

  it('carries AAC along', async () => {
    stage = await new RtmpStage().open();
    const formats: (SoundFormat | null)[] = [];
    const sounds: number[] = [];
    const viewer = Object.assign(new RecordingViewer(), {
      onSoundFormat: (format: SoundFormat | null) => formats.push(format),
      onSound: ({ pts }: SoundUnit) => sounds.push(pts - stage.house.hub('c1', 'sub')!.lastPts),
    });
    stage.house.hub('c1', 'sub')!.join(viewer);
    stage.push('c1?key=sesame', { sound: true });
    await expect.poll(() => sounds.length).toBeGreaterThan(30);
    expect(formats.at(-1)).toMatchObject({ codecString: 'mp4a.40.2', sampleRate: 44_100, channels: 1 });
    for (const distance of sounds) expect(Math.abs(distance)).toBeLessThan(500);
  });

  it('may push H.265 as enhanced RTMP has it', async () => {
    stage = await new RtmpStage().open();
    const camera = new RtspRelay({ codec: 'h265' });
    await camera.start();
    const sink = new CollectingSink();
    const abort = new AbortController();
    const address = { uri: camera.uri, username: '', password: '' };
    const pulled = new RtspSource({ address, clock: systemClock }).run(sink, abort.signal);
    const encoder = new Intruder(stage.port);
    encoder.send(Intruder.chunkSize(), Intruder.connect(), Intruder.publish('c1?key=sesame'));
    await sink.more(1);
    const start = [0x90, 0x68, 0x76, 0x63, 0x31];
    encoder.send(message(9, Buffer.concat([Buffer.from(start), sink.formats[0]!.description])));
    for (let sent = 0; stage.house.hub('c1', 'sub')!.counts.units < 10; sent += 1) {
      const { key, pts, data } = sink.units[sent] ?? (await sink.more(1), sink.units[sent]!);
      encoder.send(message(9, Buffer.concat([Buffer.from([key ? 0x93 : 0xa3, ...start.slice(1)]), data]), pts));
    }
    expect(stage.house.hub('c1', 'sub')!.format).toMatchObject({ codec: 'h265', width: RELAY_WIDTH });
    abort.abort();
    await pulled;
    encoder.socket.destroy();
    await camera.stop();
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
