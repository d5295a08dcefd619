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
  it('that runs ahead by more than 5 s is off at once: a message cannot come before it was sent', () => {
    const skew = new ClockSkew();
    expect([skew.ms, skew.isOff]).toEqual([null, false]);
    skew.add(NOW + 5 * SECOND, NOW);
    expect([skew.ms, skew.isOff]).toEqual([5 * SECOND, false]);
    skew.add(NOW + 6 * SECOND, NOW);
    expect(skew.isOff).toBe(true);
  });

  it('that seems to run behind is off when messages have been late for a minute: one may just be late', () => {
    const skew = new ClockSkew();
    skew.add(NOW - 30 * SECOND, NOW);
    expect([skew.ms, skew.isOff]).toEqual([-30 * SECOND, false]);
    skew.add(NOW + 30 * SECOND, NOW + 60 * SECOND);
    expect(skew.isOff).toBe(true);
  });

  it('is not believed to run behind by the first messages that a broker kept for us', () => {
    const skew = new ClockSkew();
    skew.add(NOW - 600 * SECOND, NOW);
    expect(skew.believedMs).toBeNull();
    const late = { ts: NOW - 590 * SECOND, receivedAt: NOW, retained: false, skewMs: skew.believedMs };
    expect(placeInTime(late)).toMatchObject({ at: NOW - 590 * SECOND, backfilled: true });
    skew.add(NOW - 540 * SECOND, NOW + 60 * SECOND);
    expect(skew.believedMs).toBe(-600 * SECOND);
  });

  it('is judged by the message least late', () => {
    const skew = new ClockSkew();
    for (const second of [0, 30, 60]) skew.add(NOW - 600 * SECOND, NOW + second * SECOND);
    expect(skew.isOff).toBe(true);
    skew.add(NOW + 61 * SECOND - 20, NOW + 61 * SECOND);
    expect([skew.ms, skew.isOff]).toEqual([-20, false]);
  });

  it('is right again within two minutes after it was set', () => {
    const skew = new ClockSkew();
    skew.add(NOW + 30 * SECOND, NOW);
    for (const second of [60, 119]) {
      skew.add(NOW + second * SECOND, NOW + second * SECOND);
      expect(skew.isOff).toBe(true);
    }
    skew.add(NOW + 120 * SECOND, NOW + 120 * SECOND);
    expect(skew.isOff).toBe(false);
  });
});
