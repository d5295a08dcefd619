import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock, type Clock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { readMessage } from '../../../devices/terminals/terminal-inbox.ts';
import { terminalsOf, type SimulatedHall } from '../../../devices/simulators/city.ts';
import { FigureRollup } from '../../../server/features/figures/rollup.ts';
import { HallsService } from '../../../server/features/halls/service.ts';
import { TerminalsService } from '../../../server/features/terminals/service.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { toldDay, type Delivery, type ToldDay } from '../../helpers/told-days.ts';
import { busyHall } from '../../helpers/twin-days.ts';

/** `DAYS=22 npm test -- integration ground-truth` is a month. */
const DAYS = Number(process.env['DAYS'] ?? 2);
const MONDAY_EIGHT = Date.parse('2026-03-09T08:00:00+08:00');
const DAY_MS = 24 * 3600_000;
const TARGET_SEC = 900;
/** Messages that arrive together. */
const TOGETHER = 200;

/** With a rater at each window. */
const hall: SimulatedHall = {
  ...busyHall,
  windows: busyHall.windows.map((window) => ({ ...window, extras: ['rater'] })),
};

let database: TestDatabase;
let halls: HallsService;
/** What terminals say counts at the time at which it arrives. */
let arrivesAt = MONDAY_EIGHT;
const clock: Clock = { ...systemClock, now: () => arrivesAt };

beforeAll(async () => {
  database = await openTestDatabase();
  halls = new HallsService({ db: database.db, log });
  await halls.start();
  const name = { zh: '测试', en: 'test' };
  await halls.putRegion({ id: hall.region, code: '330100', name, parentId: null, outline: null });
  await halls.putHall({
    ...{ id: hall.id, regionId: hall.region, name, address: '', longitude: null, latitude: null, capacity: 200 },
    ...{ timeZone: 'Asia/Shanghai', floorPlan: null },
    queues: hall.queues.map(({ id }) => ({ id, name, targetWaitSec: TARGET_SEC })),
    windows: hall.windows.map(({ id, label, queueIds }) => ({ id, label, name, queueIds, place: null })),
  });
});
afterAll(() => database.close());

it('figures of days with lost connections, late and repeated events are those of what really happened', async () => {
  const rollup = new FigureRollup({ db: database.db, clock, log });
  const days = Array.from({ length: DAYS }, (_, day) => {
    // Five days of seven.
    const opensAt = MONDAY_EIGHT + (day + 2 * Math.floor(day / 5)) * DAY_MS;
    return { opensAt, ...toldDay(hall, opensAt, 7_000 + day) };
  });
  const service = async () => {
    const terminals = new TerminalsService({ db: database.db, clock, log, problems: new ProblemBoard(clock), halls });
    await terminals.start();
    return terminals;
  };
  let terminals = await service();
  for (const { kind, device, windowId } of terminalsOf(hall)) {
    if (kind !== 'screen' && kind !== 'sensor')
      await terminals.register({ hallId: hall.id, kind, deviceId: device, windowId });
  }
  for (const { deliveries } of days) {
    for (let i = 0; i < deliveries.length; i += TOGETHER) {
      await Promise.all(deliveries.slice(i, i + TOGETHER).map((delivery) => deliver(terminals, delivery)));
      // Figures are computed while some of the day's events are yet to come, and the server forgets what it has seen.
      if (i % (TOGETHER * 12) !== 0) continue;
      await rollup.catchUp();
      await terminals.stop();
      terminals = await service();
    }
  }
  await terminals.stop();
  await rollup.catchUp();

  const late = await database.db.query<{ late: number }>(
    'SELECT count(*) FILTER (WHERE backfilled) AS late FROM terminal_event',
  );
  expect(late[0]!.late).toBeGreaterThan(100 * DAYS);
  expect(await ticketFigures()).toEqual(days.flatMap(ticketsInTruth));
  const [told, true_] = [await windowFigures(), days.flatMap(windowsInTruth)];
  expect(told.map(({ day, window }) => `${day} ${window}`)).toEqual(true_.map(({ day, window }) => `${day} ${window}`));
  told.forEach((row, i) => {
    // Sums of thousands of spans: a microsecond, not a bit.
    for (const state of states) expect(row[state]).toBeCloseTo(true_[i]![state], 5);
  });
}, 900_000);

/** Through the border of the house, at its time. */
async function deliver(terminals: TerminalsService, { topic, payload, arrivesAt: at }: Delivery): Promise<void> {
  const read = readMessage(topic, Buffer.from(payload));
  if (!read.ok || read.message === null) throw new Error(`not understood: ${payload}`);
  arrivesAt = at;
  await terminals.receive({ ...read.message, receivedAt: at, retained: false });
}

interface Tickets extends Record<string, string | number> {
  day: string;
  queue: string;
}

async function ticketFigures(): Promise<Tickets[]> {
  return await database.db.query<Tickets>(
    `SELECT (from_at AT TIME ZONE 'Asia/Shanghai')::date::text AS day, queue_id AS queue, sum(issued) AS issued,
       sum(called) AS called, sum(started) AS started, sum(completed) AS completed, sum(skipped) AS skipped,
       sum(cancelled) AS cancelled, sum(on_target) AS "onTarget", round(sum(wait_sec) * 1000) AS "waitMs",
       round(max(wait_max) * 1000) AS "waitMaxMs", round(sum(service_sec) * 1000) AS "serviceMs", sum(rated) AS rated,
       sum(bad) AS bad, sum(unrated) AS unrated
     FROM figure_ticket WHERE period = 'day' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}

const states = ['calling', 'serving', 'paused', 'idle'] as const;
type WindowSeconds = { day: string; window: string } & Record<(typeof states)[number], number>;

async function windowFigures(): Promise<WindowSeconds[]> {
  return await database.db.query<WindowSeconds>(
    `SELECT (from_at AT TIME ZONE 'Asia/Shanghai')::date::text AS day, window_id AS window, sum(calling_sec) AS calling,
       sum(serving_sec) AS serving, sum(paused_sec) AS paused, sum(idle_sec) AS idle
     FROM figure_window WHERE period = 'day' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
}

const dayOf = (opensAt: number) => new Date(opensAt).toISOString().slice(0, 10);

/** Counted from the twin's own ledger, ticket by ticket. */
function ticketsInTruth({ opensAt, truth }: ToldDay & { opensAt: number }): Tickets[] {
  const queueOf = new Map<string, string>();
  const cameAt = new Map<string, number>();
  const startedAt = new Map<string, number>();
  const rows = new Map<string, Record<string, number>>();
  const none = { issued: 0, called: 0, started: 0, completed: 0, skipped: 0, cancelled: 0, onTarget: 0 };
  for (const { id } of hall.queues)
    rows.set(id, { ...none, waitMs: 0, waitMaxMs: 0, serviceMs: 0, rated: 0, bad: 0, unrated: 0 });
  for (const { happened, at } of truth) {
    if (!('ticket' in happened)) continue;
    if ('queue' in happened) queueOf.set(happened.ticket, happened.queue);
    const row = rows.get(queueOf.get(happened.ticket)!)!;
    switch (happened.what) {
      case 'arrived':
        row['issued']! += 1;
        cameAt.set(happened.ticket, at);
        break;
      case 'gave-up':
        row['cancelled']! += 1;
        break;
      case 'called': {
        const wait = at - cameAt.get(happened.ticket)!;
        row['called']! += 1;
        row['waitMs']! += wait;
        row['waitMaxMs'] = Math.max(row['waitMaxMs']!, wait);
        if (wait <= TARGET_SEC * 1000) row['onTarget']! += 1;
        break;
      }
      case 'started':
        row['started']! += 1;
        startedAt.set(happened.ticket, at);
        break;
      case 'completed':
        row['completed']! += 1;
        row['serviceMs']! += at - startedAt.get(happened.ticket)!;
        break;
      case 'skipped':
        row['skipped']! += 1;
        break;
      case 'rated':
        if (happened.score === null) row['unrated']! += 1;
        else row['rated']! += 1;
        if (happened.score !== null && happened.score <= 2) row['bad']! += 1;
    }
  }
  return [...rows].map(([queue, row]) => ({ day: dayOf(opensAt), queue, ...row }));
}

/** How long each window really was in each state. */
function windowsInTruth({ opensAt, truth }: ToldDay & { opensAt: number }): WindowSeconds[] {
  return hall.windows.map(({ id: window }) => {
    const row: WindowSeconds = { day: dayOf(opensAt), window, calling: 0, serving: 0, paused: 0, idle: 0 };
    let state: (typeof states)[number] | 'closed' = 'closed';
    let since = opensAt;
    for (const { happened, at } of truth) {
      if (!('window' in happened) || happened.window !== window) continue;
      const next = stateAfter(happened.what);
      if (next === null) continue;
      if (state !== 'closed') row[state] += (at - since) / 1000;
      [state, since] = [next, at];
    }
    return row;
  });
}

function stateAfter(what: ToldDay['truth'][number]['happened']['what']): (typeof states)[number] | 'closed' | null {
  switch (what) {
    case 'called':
      return 'calling';
    case 'started':
      return 'serving';
    case 'paused':
      return 'paused';
    case 'completed':
    case 'skipped':
    case 'resumed':
    case 'came-to-work':
      return 'idle';
    case 'left-work':
      return 'closed';
    default:
      return null;
  }
}
