import type { Database } from '../../db/database.ts';

/**
 * How long tickets kept their window, in seconds, ascending, by queue: from the call to the next call of the same window,
 * where the next one had come before this one was over. The newest 2,000 of each queue since `from` (epoch ms).
 */
export async function occupationsOf(
  db: Database,
  { hallId, from }: { hallId: string; from: number },
): Promise<Map<string, number[]>> {
  const rows = await db.query<{ queueId: string; seconds: number[] }>(
    `WITH ticket AS (
       SELECT ticket_id, min(at) FILTER (WHERE type = 'ticket.issued') AS issued_at,
         min(at) FILTER (WHERE type = 'ticket.called') AS called_at,
         max(at) FILTER (WHERE type IN ('ticket.completed', 'ticket.skipped')) AS ended_at,
         min(window_id) FILTER (WHERE type = 'ticket.called') AS window_id, min(queue_id) AS queue_id
       FROM terminal_event WHERE hall_id = $1 AND occurred_at >= $2 AND ticket_id IS NOT NULL
       GROUP BY ticket_id
       -- one that changed queue or window kept several
       HAVING count(DISTINCT window_id) FILTER (WHERE type = 'ticket.called') = 1 AND count(DISTINCT queue_id) = 1
     ), followed AS (
       SELECT queue_id, called_at, ended_at, lead(called_at) OVER word AS next_called, lead(issued_at) OVER word AS next_issued
       FROM ticket WINDOW word AS (PARTITION BY window_id ORDER BY called_at)
     ), counted AS (
       SELECT queue_id, extract(epoch FROM next_called - called_at)::float8 AS seconds,
         row_number() OVER (PARTITION BY queue_id ORDER BY called_at DESC) AS age
       FROM followed WHERE next_issued <= ended_at AND next_called > called_at AND next_called < called_at + interval '2 hours'
     )
     SELECT queue_id AS "queueId", array_agg(seconds ORDER BY seconds) AS seconds FROM counted WHERE age <= 2000 GROUP BY 1`,
    [hallId, new Date(from).toISOString()],
  );
  return new Map(rows.map(({ queueId, seconds }) => [queueId, seconds]));
}
