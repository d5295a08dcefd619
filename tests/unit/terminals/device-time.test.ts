import { describe, expect, it } from 'vitest';
import { ClockSkew, placeInTime } from '../../../server/features/terminals/device-time.ts';

const NOW = Date.parse('2026-03-09T10:00:00Z');
const SECOND = 1_000;
const HOUR = 3_600_000;
const arriving = { receivedAt: NOW, retained: false, skewMs: null };

describe('placing a message in time', () => {
  it('counts what comes at once at our time and logs it at its own', () => {
    expect(placeInTime({ ...arriving, ts: NOW - 2 * SECOND })).toEqual({
      occurredAt: NOW - 2 * SECOND,
      at: NOW,
      backfilled: false,
      misdated: false,
    });
  });

  it('marks what a terminal kept while offline and counts it at its own time', () => {
    const ts = NOW - HOUR;
    expect(placeInTime({ ...arriving, ts })).toEqual({ occurredAt: ts, at: ts, backfilled: true, misdated: false });
  });

  it('does not take a slow clock for a kept event', () => {
    const ts = NOW - 2 * 60 * SECOND;
    expect(placeInTime({ ...arriving, ts, skewMs: -2 * 60 * SECOND })).toMatchObject({ at: NOW, backfilled: false });
  });

  it.each([NOW + 25 * HOUR, NOW - 40 * 24 * HOUR, 0])('places a clock beyond belief (%d) at the receipt', (ts) => {
    expect(placeInTime({ ...arriving, ts })).toEqual({ occurredAt: NOW, at: NOW, backfilled: false, misdated: true });
  });

  it('counts what a broker kept at its own time, however young', () => {
    expect(placeInTime({ ...arriving, ts: NOW - 5 * SECOND, retained: true })).toMatchObject({ at: NOW - 5 * SECOND });
    expect(placeInTime({ ...arriving, ts: NOW + 5 * SECOND, retained: true })).toMatchObject({ at: NOW });
  });
});

describe('the clock of a device', () => {
  it('is off by more than 5 s or it is not', () => {
    const skew = new ClockSkew();
    expect([skew.ms, skew.isOff]).toEqual([null, false]);
    skew.add(NOW + 5 * SECOND, NOW);
    expect([skew.ms, skew.isOff]).toEqual([5 * SECOND, false]);
    skew.add(NOW + 6 * SECOND, NOW);
    expect(skew.isOff).toBe(true);
  });

  it('is judged by the message least late', () => {
    const skew = new ClockSkew();
    skew.add(NOW - 600 * SECOND, NOW);
    expect(skew.isOff).toBe(true);
    skew.add(NOW - 20, NOW);
    expect([skew.ms, skew.isOff]).toEqual([-20, false]);
  });

  it('is right again a few messages after it was set', () => {
    const skew = new ClockSkew();
    skew.add(NOW + 30 * SECOND, NOW);
    for (let i = 0; i < 4; i += 1) skew.add(NOW, NOW);
    expect(skew.isOff).toBe(false);
  });
});
