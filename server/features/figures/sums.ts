import type { FigurePeriod, QueueSums, WindowSums } from '#contract/figures.ts';
import type { Database } from '../../db/database.ts';

/** A span of time `[from, until)`, epoch ms. */
export interface SumsQuery {
  hallId: string;
  period: FigurePeriod;
  from: number;
  until: number;
}

const values = ({ hallId, period, from, until }: SumsQuery) => [
  hallId,
  period,
  new Date(from).toISOString(),
  new Date(until).toISOString(),
];
const WHERE = 'WHERE hall_id = $1 AND period = $2 AND from_at >= $3 AND from_at < $4';

/** What the figures of queues are made of, by period and queue; a period without an event has no line. */
export function queueSums(db: Database, query: SumsQuery): Promise<QueueSums[]> {
  return db.query<QueueSums>(
    `SELECT from_at AS from, queue_id AS "queueId", sum(issued) AS issued, sum(called) AS called, sum(waited) AS waited,
       sum(wait_sec) AS "waitSec", sum(on_target) AS "onTarget", sum(started) AS started, sum(completed) AS completed,
       sum(served) AS served, sum(service_sec) AS "serviceSec", sum(skipped) AS skipped, sum(cancelled) AS cancelled,
       sum(waiting_sec) AS "waitingSec"
     FROM figure_ticket ${WHERE} AND queue_id <> '' GROUP BY 1, 2 ORDER BY 1, 2`,
    values(query),
  );
}

/** How long windows were in each state, by period and window; a period in which a window was closed has no line. */
export function windowSums(db: Database, query: SumsQuery): Promise<WindowSums[]> {
  return db.query<WindowSums>(
    `SELECT from_at AS from, window_id AS "windowId", sum(idle_sec) AS "idleSec", sum(calling_sec) AS "callingSec",
       sum(serving_sec) AS "servingSec", sum(paused_sec) AS "pausedSec", sum(empty_sec) AS "emptySec"
     FROM figure_window ${WHERE} GROUP BY 1, 2 ORDER BY 1, 2`,
    values(query),
  );
}
