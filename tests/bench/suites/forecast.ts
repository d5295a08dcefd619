import { forecast } from '../../../server/features/forecast/forecast.ts';
import type { Demand, Situation } from '../../../server/features/forecast/situation.ts';
import { forecastAccuracy } from '../../helpers/forecast-accuracy.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const suite = 'forecast';
const LEARN = 20;
const JUDGE = 60;
const RUNS = 200;

/** The forecast of queues: how far off it is on days of the twin that it has not seen, and what it costs. */
export async function forecasting(printer: FigurePrinter): Promise<void> {
  accuracy(printer);
  cost(printer);
}

function accuracy(printer: FigurePrinter): void {
  const note = `mean absolute error, 2 queues, ${JUDGE} days after ${LEARN} learnt`;
  for (const ahead of forecastAccuracy({ learn: LEARN, judge: JUDGE, runs: RUNS, seed: 101 })) {
    for (const [name, unit, errors] of [
      ['waiting', 'people', ahead.waiting],
      ['wait of a newcomer', 'min', ahead.waitMin],
    ] as const) {
      const figure = `${name}, ${ahead.minutes} min ahead`;
      const references = { 'same as last week': errors.lastWeek, 'as now': errors.asNow };
      for (const [reference, value] of Object.entries(references)) {
        printer.print({ suite, figure, value: errors.forecast, unit, reference: { name: reference, value }, note });
      }
    }
    printer.print({
      ...{ suite, figure: `within band, ${ahead.minutes} min ahead`, value: 100 * ahead.inBand, unit: '%' },
      note: 'of 10 to 90 %, ends included',
    });
  }
}

/** A hall of 40 windows and 6 queues at nine tenths of what it can serve. */
function cost(printer: FigurePrinter): void {
  const ids = ['q1', 'q2', 'q3', 'q4', 'q5', 'q6'];
  const situation: Situation = {
    queues: ids.map((queueId) => ({
      queueId,
      waiting: Array.from({ length: 8 }, (_, i) => ({ issuedAt: -60 * (9 - i), priority: false })),
    })),
    windows: Array.from({ length: 40 }, (_, i) => ({
      windowId: `w${i}`,
      queueIds: [ids[i % 6]!, ids[(i + 1) % 6]!],
      now: { is: 'busy', queueId: ids[i % 6]!, calledAt: -100 },
    })),
  };
  const demand = ids.map((queueId): Demand => ({
    queueId,
    arrivals: Array.from({ length: 24 }, () => (0.9 * 40 * 300) / 525 / 6),
    occupationSec: Array.from({ length: 500 }, (_, i) => 200 + 1.3 * i),
    priorityShare: 0.04,
  }));
  const times = Array.from({ length: 20 }, (_, seed) => {
    const before = performance.now();
    forecast(situation, demand, { seed, runs: RUNS });
    return performance.now() - before;
  });
  printer.print({
    ...{ suite, figure: `${RUNS} runs of two hours, p50`, value: quantile(times, 0.5), unit: 'ms', aim: 100 },
    note: '40 windows, 6 queues',
  });
}
