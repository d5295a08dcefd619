import { describe, expect, it } from 'vitest';
import { StreamMeter } from '../../../streams/stream-meter.ts';
import { unit } from './samples.ts';

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
