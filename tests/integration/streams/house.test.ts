import { Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { StreamState } from '#contract/cameras.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { StreamHouse, type StreamTarget } from '../../../streams/house.ts';
import { TIMER_MS } from '../../../streams/supervisor-machine.ts';
import { RtspRelay, type RelayOptions } from '../../helpers/rtsp-relay.ts';
import { RecordingViewer } from '../../unit/streams/samples.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Real time, but nobody has to wait until a stream that is not watched any more is let go. */
const clock: Clock = {
  ...systemClock,
  after: (ms, action) => systemClock.after(ms === TIMER_MS.linger ? 300 : ms, action),
};

async function open(options: RelayOptions = {}, change: Partial<StreamTarget> = {}) {
  const relay = new RtspRelay(options);
  closing.push(() => relay.stop());
  await relay.start();
  const metrics = new Registry();
  const house = new StreamHouse({ clock, log: silentLogger, ffmpegPath: 'ffmpeg', metrics });
  closing.push(() => house.stop());
  const seen: string[] = [];
  house.stateChanged.on(({ status, source, code }) => seen.push([status, source, code].filter(Boolean).join(' ')));
  const target: StreamTarget = {
    cameraId: 'c1',
    role: 'sub',
    uri: relay.uri,
    username: '',
    password: '',
    sourceChoice: 'auto',
    keepOpen: true,
    ...change,
  };
  house.setTarget(target);
  house.start();
  return {
    relay,
    metrics,
    house,
    seen,
    target,
    until: (holds: (state: StreamState) => boolean) => until(house, holds),
  };
}

function until(house: StreamHouse, holds: (state: StreamState) => boolean): Promise<StreamState> {
  return new Promise((resolve) => {
    const look = (state: StreamState) => {
      if (!holds(state)) return;
      leave();
      resolve(state);
    };
    const leave = house.stateChanged.on(look);
    house.states().forEach(look);
  });
}

const live = (state: StreamState) => state.status === 'live';
const lost = (state: StreamState) => state.status === 'lost';

describe('house of streams', () => {
  it('pulls once for all viewers, and comes back after a cut', async () => {
    const { relay, house, seen, until } = await open();
    await until(live);
    const viewers = [1, 2, 3].map(() => new RecordingViewer());
    for (const viewer of viewers) house.hub('c1', 'sub')!.join(viewer);
    expect(relay.playing).toBe(1);
    relay.cut();
    expect(await until(lost)).toMatchObject({ code: 'CAMERA_UNREACHABLE', source: null });
    expect(await until(live)).toMatchObject({ source: 'rtsp', code: null });
    expect(seen).toEqual(['connecting', 'live rtsp', 'lost CAMERA_UNREACHABLE', 'live rtsp']);
    for (const { heard } of viewers) {
      expect(heard.slice(0, 2)).toEqual(['live', expect.stringMatching(/^avc1/)]);
      expect(heard[2]).toMatch(/^key/);
      expect(heard.slice(heard.indexOf('lost')).slice(0, 4)).toEqual([
        'lost',
        'live',
        expect.stringMatching(/^avc1/),
        expect.stringMatching(/^key/),
      ]);
      const times = heard.flatMap((word) => (/^(?:key|delta) (.*)/.exec(word) ?? []).slice(1).map(Number));
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it('calls a half-open connection lost though it stands', async () => {
    const { relay, until } = await open();
    await until(live);
    const from = performance.now();
    relay.muted = true;
    expect(await until(lost)).toMatchObject({ code: 'CAMERA_SILENT' });
    expect(performance.now() - from).toBeLessThan(6000);
    relay.muted = false;
    await until(live);
  });

  it('pulls the main stream only while someone watches', async () => {
    const { relay, house, until } = await open({}, { role: 'main', keepOpen: false });
    expect(house.states()).toMatchObject([{ status: 'idle', role: 'main' }]);
    const leave = house.hub('c1', 'main')!.join(new RecordingViewer())!;
    await until(live);
    leave();
    expect(house.states()).toMatchObject([{ status: 'live' }]);
    await until(({ status }) => status === 'idle');
    await relay.emptied();
    expect(relay.requests.at(-1)!.method).toBe('TEARDOWN');
  });

  it('falls back to ffmpeg from a codec that only ffmpeg reads, and says so', async () => {
    const { until, seen } = await open({ codec: 'mpeg4' });
    expect(await until(live)).toMatchObject({ source: 'ffmpeg' });
    expect(seen).toEqual(['connecting', 'lost CAMERA_CODEC_UNSUPPORTED', 'live ffmpeg']);
  });

  it('tells a wrong password, asks no more with it, and takes the right one at once', async () => {
    const account = { username: 'admin', password: 'right' };
    const { relay, house, target, until } = await open({ account }, { ...account, password: 'wrong' });
    expect(await until(lost)).toMatchObject({ code: 'CAMERA_CREDENTIALS_REFUSED' });
    house.setTarget({ ...target, password: 'wrong' });
    expect(relay.requests.filter(({ method }) => method === 'DESCRIBE')).toHaveLength(2);
    house.setTarget({ ...target, password: 'right' });
    await until(live);
  });

  it('goes on without a break when a target is set again as it is', async () => {
    const { relay, house, target, seen, until } = await open();
    await until(live);
    house.setTarget({ ...target });
    house.setTarget({ ...target, keepOpen: false });
    house.setTarget({ ...target, keepOpen: true });
    expect(seen).toEqual(['connecting', 'live rtsp']);
    expect(relay.requests.filter(({ method }) => method === 'PLAY')).toHaveLength(1);
  });

  it('sends viewers of a removed camera away and lets go of the camera', async () => {
    const { relay, house, until } = await open();
    await until(live);
    const viewer = new RecordingViewer();
    house.hub('c1', 'sub')!.join(viewer);
    house.removeTarget('c1');
    expect(viewer.heard.at(-1)).toBe('end NOT_FOUND');
    expect(house.hub('c1', 'sub')).toBeUndefined();
    expect(house.states()).toEqual([]);
    await house.stop();
    await relay.emptied();
  });

  it('can be stopped and started again', async () => {
    const { house, relay, until } = await open();
    await until(live);
    await house.stop();
    await house.stop();
    await relay.emptied();
    expect(house.states()).toMatchObject([{ status: 'idle' }]);
    house.start();
    house.start();
    await until(live);
    expect(relay.playing).toBe(1);
  });

  it('counts', async () => {
    const { house, metrics, until } = await open();
    await until(live);
    house.hub('c1', 'sub')!.join(new RecordingViewer());
    const text = await metrics.metrics();
    expect(text).toMatch(/hallwatch_stream_frames_total\{camera="c1",role="sub"\} [1-9]/);
    expect(text).toMatch(/hallwatch_stream_bytes_total\{camera="c1",role="sub"\} [1-9]/);
    expect(text).toContain('hallwatch_stream_viewers{camera="c1",role="sub"} 1');
    expect(text).toContain('hallwatch_stream_losses_total{camera="c1",role="sub"} 0');
  });
});
