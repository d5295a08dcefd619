import { MOST_MARKS, type CameraMark, type MarkRequest } from '#contract/footage.ts';
import type { Database } from '../../db/database.ts';

interface Row {
  hall_id: string;
  window_id: string;
  id: string;
  label: string | null;
  since: string;
  until: string | null;
}

/** Where a pixel stands for longer, tickets are a grey band that tells nothing. */
const FINE_MS = 60_000;
/** As many as anybody looks at closely. */
const MOST_CAMERAS = 16;
/** Nobody is served longer. */
const LOOK_BACK = '3 hours';

/** What happened at the windows that cameras see: tickets from call to end, and the states of callers. */
export async function windowMarks(db: Database, request: MarkRequest): Promise<CameraMark[]> {
  const { cameras, from, until, resolutionMs, ticket } = request;
  const sees = cameras.filter(({ windowIds }) => windowIds.length > 0);
  const isWide = resolutionMs > FINE_MS || cameras.length > MOST_CAMERAS;
  if (sees.length === 0 || (isWide && ticket === null)) return [];
  const windows = sees.flatMap(({ hallId, windowIds }) => windowIds.map((windowId) => ({ hallId, windowId })));
  const values = [windows.map(({ hallId }) => hallId), windows.map(({ windowId }) => windowId), from, until];
  const [tickets, states] = await Promise.all([
    db.query<Row>(TICKETS, [...values, ticket]),
    ticket === null ? db.query<Row>(STATES, values) : [],
  ]);
  const marksOf = (rows: Row[], kind: 'ticket' | 'window') =>
    rows.flatMap(({ hall_id, window_id, id, label, since, until }) => {
      const seeing = sees.filter(({ hallId, windowIds }) => hallId === hall_id && windowIds.includes(window_id));
      const mark = { kind, id, from: since, until, label: label ?? '', severity: null };
      return seeing.map((camera) => ({ cameraId: camera.id, ...mark }));
    });
  return [...marksOf(tickets, 'ticket'), ...marksOf(states, 'window')];
}

const WINDOWS =
  'JOIN (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS w (hall_id, window_id)) AS w USING (hall_id, window_id)';

const TICKETS = `
  SELECT hall_id, window_id, ticket_id AS id, min(payload ->> 'no') AS label,
    min(occurred_at) FILTER (WHERE type IN ('ticket.called', 'ticket.started')) AS since,
    max(occurred_at) FILTER (WHERE type IN ('ticket.completed', 'ticket.skipped', 'ticket.transferred')) AS until
  FROM terminal_event ${WINDOWS}
  WHERE occurred_at > $3::timestamptz - interval '${LOOK_BACK}' AND occurred_at < $4 AND kind = 'caller'
    AND type LIKE 'ticket.%' AND ticket_id IS NOT NULL
  GROUP BY hall_id, window_id, ticket_id
  HAVING min(occurred_at) FILTER (WHERE type IN ('ticket.called', 'ticket.started')) IS NOT NULL
    AND coalesce(max(occurred_at) FILTER (WHERE type IN ('ticket.completed', 'ticket.skipped', 'ticket.transferred')),
                 max(occurred_at)) > $3
    AND ($5::text IS NULL OR min(payload ->> 'no') = $5)
  ORDER BY since DESC LIMIT ${MOST_MARKS}`;

const STATES = `
  SELECT hall_id, window_id, event_id AS id, state AS label, occurred_at AS since, until FROM (
    SELECT hall_id, window_id, event_id, occurred_at, payload ->> 'state' AS state,
      lead(occurred_at) OVER (PARTITION BY hall_id, window_id ORDER BY occurred_at) AS until
    FROM terminal_event ${WINDOWS}
    WHERE occurred_at > $3::timestamptz - interval '${LOOK_BACK}' AND occurred_at < $4 AND type = 'caller.state') AS states
  WHERE until IS NULL OR until > $3
  ORDER BY occurred_at DESC LIMIT ${MOST_MARKS}`;
