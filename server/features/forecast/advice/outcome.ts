import type { AdvisedAction } from '#contract/advice.ts';
import type { Database } from '../../../db/database.ts';

/** Device clocks may be off: an event that counts within a span lies at most so far from it in the log. */
const CLOCKS = `interval '1 day'`;

const iso = (at: number) => new Date(at).toISOString();

/**
 * When the window first did as advised within `(from, until]`, by what its caller said; null where it did not. To open is to
 * say anything that only a staffed window says; to lend is to call somebody of that queue.
 */
export async function followedAt(
  db: Database,
  { hallId, action, from, until }: { hallId: string; action: AdvisedAction; from: number; until: number },
): Promise<number | null> {
  const [first] = await db.query<{ at: string | null }>(
    `SELECT min(at) AS at FROM terminal_event
     WHERE hall_id = $1 AND window_id = $2 AND at > $3 AND at <= $4 AND kind = 'caller'
       AND occurred_at BETWEEN $3::timestamptz - ${CLOCKS} AND $4::timestamptz + ${CLOCKS}
       AND CASE WHEN $5::text IS NOT NULL THEN type = 'ticket.called' AND queue_id = $5
         ELSE type IN ('staff.login', 'ticket.called', 'ticket.started', 'window.resumed')
           OR type = 'caller.state' AND payload ->> 'state' IN ('idle', 'calling', 'serving') END`,
    [hallId, action.windowId, iso(from), iso(until), action.kind === 'lend' ? action.queueId : null],
  );
  return first?.at ? Date.parse(first.at) : null;
}

/**
 * The longest that anybody had waited in each queue between `from` and `until`, called or not, seconds: what an advice
 * calls its peak wait. Waits after a transfer are left out. A queue in which nobody waited has none.
 */
export async function peakWaits(
  db: Database,
  { hallId, from, until }: { hallId: string; from: number; until: number },
): Promise<Map<string, number>> {
  const rows = await db.query<{ queueId: string; seconds: number }>(
    `WITH ticket AS (
       SELECT ticket_id, queue_id, min(at) FILTER (WHERE type = 'ticket.issued') AS issued_at,
         min(at) FILTER (WHERE type <> 'ticket.issued') AS left_at
       FROM terminal_event
       WHERE hall_id = $1 AND ticket_id IS NOT NULL AND queue_id IS NOT NULL AND at < $3
         AND occurred_at BETWEEN $2::timestamptz - ${CLOCKS} AND $3::timestamptz + ${CLOCKS}
       GROUP BY 1, 2
     )
     SELECT queue_id AS "queueId", max(extract(epoch FROM least(coalesce(left_at, $3), $3::timestamptz) - issued_at))::float8 AS seconds
     FROM ticket JOIN hall ON hall.id = $1
     WHERE issued_at < $3 AND coalesce(left_at, $3) > $2
       -- who was never called is forgotten at midnight
       AND issued_at >= date_trunc('day', $2::timestamptz, time_zone)
     GROUP BY 1`,
    [hallId, iso(from), iso(until)],
  );
  return new Map(rows.map(({ queueId, seconds }) => [queueId, seconds]));
}
