import { EventCity } from '../event-city.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const suite = 'figures';
const EVENTS = 10_000_000;
const FORESEEN = 100_000_000;
const ROUNDS = 20;

/** What the desk of a hall's manager asks for. */
const desk: Record<string, string> = {
  live: 'live',
  forecast: 'forecast',
  'typical day': 'typical-day',
  advice: 'advice?limit=30',
  'advice score': 'advice/score',
};
/** The tables that it leads to, which are not of the desk and have no aim. */
const tables = (day: string, monthAgo: string): Record<string, string> => ({
  'today by hour and queue': `period-figures?from=${day}&until=${day}&by=queue&period=hour`,
  'today by 5 min and window': `period-figures?from=${day}&until=${day}&by=window&period=5min`,
  'month by day and window': `period-figures?from=${monthAgo}&until=${day}&by=window&period=day`,
  'month by day and clerk': `period-figures?from=${monthAgo}&until=${day}&by=staff&period=day`,
});

/**
 * Each figure of the manager's desk, asked by REST of the running product: over a tenth of the events and over all of
 * them, so that the slope tells what ten times as many would cost.
 */
export async function figures(printer: FigurePrinter, events = EVENTS): Promise<void> {
  // A folder that is kept has no beginning any more, and the slope needs one.
  const few = EventCity.isKept() ? null : await over(printer, events / 10);
  const { told, total } = await over(printer, events);
  for (const [name, ms] of told) {
    printer.print({ suite, figure: `figures.${name}`, value: ms, unit: 'ms', note: 'p95 over nine halls' });
  }
  const ofDesk = [...told].filter(([name]) => Object.hasOwn(desk, name));
  const [worst, ms] = ofDesk.reduce((a, b) => (b[1] > a[1] ? b : a));
  const before = few?.told.get(worst);
  // Less for more is chance: it does not grow.
  const slope = before === undefined ? null : Math.max(0, ms - before) / (total * 0.9);
  printer.print({
    ...{ suite, figure: 'figures.worst_ms', value: ms, unit: 'ms', aim: 50 },
    note: `${worst}, over ${(total / 1e6).toFixed(1)} M events${slope === null ? '' : `; at this slope ${Math.round(ms + slope * (FORESEEN - total))} ms over 100 M`}`,
  });
}

async function over(printer: FigurePrinter, events: number): Promise<{ told: Map<string, number>; total: number }> {
  const city = await EventCity.of(events, (words) => printer.say(words));
  try {
    return { told: await measure(city), total: await city.events() };
  } finally {
    await city.close();
  }
}

/** The 95th percentile of each, in ms. */
async function measure(city: EventCity): Promise<Map<string, number>> {
  const day = (at: number) => new Date(at + 8 * 3600_000).toISOString().slice(0, 10);
  const paths = { ...desk, ...tables(day(Date.now()), day(Date.now() - 30 * 24 * 3600_000)) };
  const told = new Map<string, number>();
  for (const [name, path] of Object.entries(paths)) {
    const times: number[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const hall of city.halls) {
        const began = performance.now();
        await city.hallwatch.rest.call('GET', `/api/halls/${hall}/${path}`);
        if (round >= 0) times.push(performance.now() - began);
      }
    }
    told.set(name, quantile(times, 0.95));
  }
  return told;
}
