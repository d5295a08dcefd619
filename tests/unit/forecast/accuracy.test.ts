import { expect, it } from 'vitest';
import { forecastAccuracy } from '../../helpers/forecast-accuracy.ts';

it('errs less than "same as last week" and "as now" on days of the twin that it has not seen', () => {
  for (const { waiting, waitMin, inBand } of forecastAccuracy({ learn: 15, judge: 5, runs: 25, seed: 11 })) {
    for (const errors of [waiting, waitMin]) {
      expect(errors.forecast).toBeLessThan(errors.lastWeek);
      expect(errors.forecast).toBeLessThan(errors.asNow);
    }
    // Counts are whole and the ends belong to the band, so it holds somewhat more than its eight in ten.
    expect(inBand).toBeGreaterThan(0.75);
  }
});
