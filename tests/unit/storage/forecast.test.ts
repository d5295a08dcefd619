import { describe, expect, it } from 'vitest';
import { forecast, type ForecastFacts } from '../../../server/features/storage/forecast.ts';

const DAY = 24 * 3600_000;
const NOW = Date.parse('2026-03-09T00:00:00Z');
const GB = 1e9;
/** A camera that writes 10 GB a day and did so for so many days. */
const camera = (days: number, change: Partial<ForecastFacts['cameras'][number]> = {}) => ({
  minDays: 30,
  bytesPerDay: 10 * GB,
  kept: Array.from({ length: days }, (_, i) => ({ at: NOW - (i + 1) * DAY, bytes: 10 * GB })),
  ...change,
});
const facts = (change: Partial<ForecastFacts>): ForecastFacts => ({
  ...{ now: NOW, capacityBytes: 264 * GB, heldBytes: 0, knownHours: 24, cameras: [camera(20)], ...change },
});

describe('the forecast', () => {
  it('says how many days of footage the disks hold', () => {
    expect(forecast(facts({}))).toMatchObject({ bytesPerDay: 10 * GB, holdsDays: 26.4, minimumDays: 30 });
    expect(forecast(facts({ heldBytes: 64 * GB })).holdsDays).toBe(20);
  });

  it('says days ahead when the first minimum breaks: after 20 days kept, 6.4 more fit', () => {
    const { breaksMinimumAt } = forecast(facts({}));
    const days = (Date.parse(breaksMinimumAt!) - NOW) / DAY;
    expect(days).toBeGreaterThanOrEqual(6.4);
    expect(days).toBeLessThanOrEqual(6.75);
  });

  it('breaks at once where what is protected fits no more', () => {
    expect(forecast(facts({ capacityBytes: 150 * GB })).breaksMinimumAt).toBe(new Date(NOW).toISOString());
  });

  it('breaks nothing where the minimum fits: footage gets old as fast as it is written', () => {
    expect(forecast(facts({ capacityBytes: 320 * GB })).breaksMinimumAt).toBeNull();
    expect(forecast(facts({ cameras: [camera(26, { minDays: 7 })] })).breaksMinimumAt).toBeNull();
  });

  it('counts what holds keep on top of the minimum', () => {
    expect(forecast(facts({ capacityBytes: 320 * GB, heldBytes: 50 * GB })).breaksMinimumAt).not.toBeNull();
  });

  it('says nothing before an hour is known, and no days where nothing is written', () => {
    expect(forecast(facts({ knownHours: 0 }))).toMatchObject({ bytesPerDay: null, holdsDays: null });
    expect(forecast(facts({ cameras: [camera(20, { bytesPerDay: 0 })] })).holdsDays).toBeNull();
  });
});
