import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../../streams/hub.ts';
import { measureHubs } from '../../../streams/metrics.ts';
import { StreamMeter } from '../../../streams/stream-meter.ts';
import { state, unit } from './samples.ts';

/** Seconds of 25 pictures of 1000 bytes each, a key picture every `keyEverySec`. */
function play(meter: StreamMeter, fromSec: number, seconds: number, keyEverySec = 2): void {
  for (let i = fromSec * 25; i < (fromSec + seconds) * 25; i += 1)
    meter.unit(unit(i % (25 * keyEverySec) === 0, i * 40, 1000));
}

const link = { expected: 200, lost: 2, jitterMs: 3, clockOffsetMs: -40 };

describe('meter of a stream', () => {
  it('tells rates over the time in which the stream was live, and what share that was', () => {
    const meter = new StreamMeter();
    meter.turned('connecting', 0);
    meter.turned('live', 10_000);
    play(meter, 0, 30);
    meter.link(link);
    meter.dropped();
    expect(meter.take(40_000)).toEqual({
      fps: 25,
      kbps: 200,
      keyIntervalSec: 2,
      lossRatio: 0.01,
      jitterMs: 3,
      clockOffsetMs: -40,
      dropped: 1,
      losses: 0,
      uptime: 0.75,
    });
  });

  it('begins anew each time it is asked', () => {
    const meter = new StreamMeter();
    meter.turned('live', 0);
    play(meter, 0, 10, 5);
    meter.take(10_000);
    play(meter, 10, 10, 1);
    expect(meter.take(20_000)).toMatchObject({ fps: 25, lossRatio: null, dropped: 0, uptime: 1 });
  });

  it('has no rates for a stream that was away, and none at all where nobody needed it', () => {
    const meter = new StreamMeter();
    expect(meter.take(60_000)).toMatchObject({ fps: null, uptime: null });
    meter.turned('live', 60_000);
    play(meter, 0, 60);
    meter.turned('lost', 120_000);
    meter.turned('lost', 130_000);
    expect(meter.take(180_000)).toMatchObject({ fps: 25, uptime: 0.5, losses: 1, jitterMs: null });
    expect(meter.take(240_000)).toMatchObject({ fps: null, kbps: null, keyIntervalSec: null, uptime: 0, losses: 0 });
  });

  it('takes a key interval for as long as it is open where it did not end', () => {
    const meter = new StreamMeter();
    meter.turned('live', 0);
    play(meter, 0, 30, 1000);
    expect(meter.take(30_000).keyIntervalSec).toBeCloseTo(29.96);
  });

  it('does not take the hole of a reconnect for a key interval', () => {
    const meter = new StreamMeter();
    meter.turned('live', 0);
    play(meter, 0, 4);
    meter.turned('lost', 4000);
    meter.turned('live', 60_000);
    play(meter, 60, 4);
    expect(meter.take(64_000).keyIntervalSec).toBe(2);
  });

  it('shows the last whole ten seconds while the stream is live', () => {
    const meter = new StreamMeter();
    meter.turned('live', 0);
    play(meter, 0, 9);
    expect(meter.recent).toBeNull();
    meter.link(link);
    play(meter, 9, 2);
    expect(meter.recent).toEqual({
      fps: 25,
      kbps: 200,
      keyIntervalSec: 2,
      lossRatio: 0.01,
      jitterMs: 3,
      clockOffsetMs: -40,
    });
    meter.turned('lost', 11_000);
    expect(meter.recent).toBeNull();
  });
});

describe('gauges of the streams', () => {
  it('show what is live, and nothing of what is not', async () => {
    const registry = new Registry();
    const hub = new Hub({ state, onViewers: () => undefined });
    measureHubs(registry, () => [hub]);
    const shown = async (name: string) => {
      const text = await registry.getSingleMetricAsString(`hallwatch_stream_${name}`);
      return /\{camera="c1",role="sub"\} (.*)/.exec(text)?.[1] ?? null;
    };
    expect(await shown('fps')).toBeNull();
    hub.meter.turned('live', 0);
    hub.meter.link(link);
    play(hub.meter, 0, 11);
    const names = [
      'fps',
      'bits_per_second',
      'loss_ratio',
      'jitter_seconds',
      'key_interval_seconds',
      'clock_offset_seconds',
    ];
    expect(await Promise.all(names.map(shown))).toEqual(['25', '200000', '0.01', '0.003', '2', '-0.04']);
    hub.meter.turned('lost', 11_000);
    expect(await Promise.all(names.map(shown))).toEqual(names.map(() => null));
  });
});
