import path from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../../server/db/pool.ts';
import { Backtests } from '../../../server/features/alerts/backtest.ts';
import { HallReplay } from '../../../server/features/queues/hall-replay.ts';
import { insertEvents, pastEvents } from '../../../server/features/terminals/event-rows.ts';
import { shippedRules } from '../../helpers/shipped-rules.ts';
import { DAY_MS, FIRST_DAY, hallOf, twinDay, workdays, type Logged } from '../../helpers/watched-twin.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { benchHall } from './twin-city.ts';

const suite = 'alerts';
const DAYS = 30;
const HALLS = 9;
const ROUNDS = 3;
const BATCH = 2000;
const folder = path.resolve(import.meta.dirname, '../../../.hallwatch/bench-backtest');

/** A rule about what everything in a hall tells of, over a month of a city's events in the database. */
export async function backtests(printer: FigurePrinter): Promise<void> {
  const server = new EmbeddedDatabase({
    ...{ dataDir: folder, log: silentLogger, clock: systemClock },
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '1GB' },
  });
  const { url } = await server.start();
  try {
    await migrate({ url, log: silentLogger });
    const db = createPool({ url, log: silentLogger });
    await db.start();
    try {
      await fill(db, (words) => printer.say(words));
      await measure(db, printer);
    } finally {
      await db.stop();
    }
  } finally {
    await server.stop();
  }
}

async function measure(db: PoolDatabase, printer: FigurePrinter): Promise<void> {
  const until = FIRST_DAY + DAYS * DAY_MS;
  const tests = new Backtests({
    ...{ db, calendar: workdays, cameras: { camerasSeeing: () => [], camerasAround: () => [] } },
    // now is when the month is over; the work is measured by the real clock
    clock: { ...systemClock, now: () => until },
    regions: { above: () => [] },
    halls: { list: () => Array.from({ length: HALLS }, (_, i) => hallOf(benchHall(i))) },
    past: {
      events: (hallId, from, to, what) => pastEvents(db, hallId, from, to, what),
      again: (hall, clock) => new HallReplay(hall, clock),
    },
    rule: (ruleId) => shippedRules.find(({ id }) => id === ruleId),
  });
  const request = { from: new Date(FIRST_DAY).toISOString(), until: new Date(until).toISOString(), change: {} };
  for (const ruleId of ['window-unattended', 'wait-overtime']) {
    const answers = [];
    for (let round = 0; round < ROUNDS; round += 1) answers.push(await tests.run(ruleId, request));
    const { events, would } = answers[0]!;
    const note = `${ruleId}, ${DAYS} days x ${HALLS} halls, ${events} events, ${would} alerts, median of ${ROUNDS}`;
    const seconds = quantile(
      answers.map(({ tookMs }) => tookMs / 1000),
      0.5,
    );
    const figure = ruleId === 'window-unattended' ? 'alerts.backtest_s' : 'alerts.backtest_waits_s';
    printer.print({ suite, figure, value: seconds, unit: 's', aim: 10, note });
  }
}

/** Kept from run to run, as the same days are always the same. */
async function fill(db: PoolDatabase, say: (words: string) => void): Promise<void> {
  const begun = performance.now();
  let made = 0;
  for (let i = 0; i < HALLS; i += 1) {
    const hall = benchHall(i);
    const [known] = await db.query<{ days: number }>(
      'SELECT count(DISTINCT time_bucket($2::interval, occurred_at)) AS days FROM terminal_event WHERE hall_id = $1',
      [hall.id, '1 day'],
    );
    if ((known?.days ?? 0) >= DAYS) continue;
    await db.query('DELETE FROM terminal_event WHERE hall_id = $1', [hall.id]);
    for (let day = 0; day < DAYS; day += 1) {
      const { events } = twinDay(hall, day, i + 1, false);
      for (let at = 0; at < events.length; at += BATCH) {
        await insertEvents(db, events.slice(at, at + BATCH).map(stored));
      }
      made += events.length;
    }
  }
  if (made > 0) say(`${made} events of ${DAYS} days made in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  await db.query('ANALYZE terminal_event');
}

function stored(event: Logged) {
  const { id, hallId, deviceId, windowId, at, receivedAt, backfilled, body } = event;
  return {
    ...{
      id: `${hallId}-${id}`,
      hallId,
      deviceId,
      windowId,
      at,
      receivedAt,
      backfilled,
      body,
      occurredAt: at,
      misdated: false,
    },
    ...{ kind: 'caller' as const, channel: 'evt' as const, sid: 's', seq: 0 },
  };
}
