import type { TerminalKind } from '#contract/mqtt.ts';
import type { Database } from '../../db/database.ts';
import type { Statement, StoredEvent } from './stored-event.ts';

const INSERT = `
  INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id,
    seq, window_id, queue_id, ticket_id, payload, backfilled, misdated)
  SELECT * FROM unnest($1::timestamptz[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::jsonb[],
    $16::boolean[], $17::boolean[])
  ON CONFLICT DO NOTHING
  RETURNING event_id AS id`;

/** Writes one batch in one statement, and returns the ids that were not there before. */
export async function insertEvents(db: Database, events: readonly StoredEvent[]): Promise<Set<string>> {
  const column = (value: (event: StoredEvent) => unknown) => events.map(value);
  const rows = await db.query<{ id: string }>(INSERT, [
    column((e) => new Date(e.occurredAt).toISOString()),
    column((e) => new Date(e.receivedAt).toISOString()),
    column((e) => new Date(e.at).toISOString()),
    column((e) => e.id),
    column((e) => e.hallId),
    column((e) => e.kind),
    column((e) => e.deviceId),
    column((e) => e.channel),
    column((e) => e.body.type),
    column((e) => e.sid),
    column((e) => e.seq),
    column((e) => e.windowId),
    column((e) => ('queue' in e.body ? e.body.queue : null)),
    column((e) => ('tid' in e.body ? (e.body.tid ?? null) : null)),
    column((e) => JSON.stringify(e.body)),
    column((e) => e.backfilled),
    column((e) => e.misdated),
  ]);
  return new Set(rows.map((row) => row.id));
}

interface EventRow {
  event_id: string;
  hall_id: string;
  kind: TerminalKind;
  device_id: string;
  channel: StoredEvent['channel'];
  session_id: string;
  seq: number;
  window_id: string | null;
  occurred_at: string;
  received_at: string;
  at: string;
  backfilled: boolean;
  misdated: boolean;
  payload: Statement;
}

/** The hall's events since `from` (epoch ms, by when they occurred), in the order in which the server took them. */
export async function eventsOfHall(db: Database, hallId: string, from: number): Promise<StoredEvent[]> {
  const rows = await db.query<EventRow>(
    `SELECT event_id, hall_id, kind, device_id, channel, session_id, seq, window_id, occurred_at, received_at, at,
            backfilled, misdated, payload
     FROM terminal_event WHERE hall_id = $1 AND occurred_at >= $2 ORDER BY position`,
    [hallId, new Date(from).toISOString()],
  );
  return rows.map((row) => ({
    id: row.event_id,
    hallId: row.hall_id,
    kind: row.kind,
    deviceId: row.device_id,
    channel: row.channel,
    sid: row.session_id,
    seq: row.seq,
    windowId: row.window_id,
    occurredAt: Date.parse(row.occurred_at),
    receivedAt: Date.parse(row.received_at),
    at: Date.parse(row.at),
    backfilled: row.backfilled,
    misdated: row.misdated,
    body: row.payload,
  }));
}

/** An event as the state of a hall is made of it, with when it was taken, epoch ms. */
export type PastEvent = Pick<StoredEvent, 'id' | 'hallId' | 'deviceId' | 'windowId' | 'at' | 'backfilled' | 'body'> & {
  receivedAt: number;
};

/** What a terminal kept back for longer than this is not found by when it was taken. */
const KEPT_BACK = "INTERVAL '1 hour'";

/** The hall's events that were taken in `[from, until)`, epoch ms, in the order in which they were. */
export async function pastEvents(db: Database, hallId: string, from: number, until: number): Promise<PastEvent[]> {
  const rows = await db.query<{
    id: string;
    device_id: string;
    window_id: string | null;
    received: number;
    counts: number | null;
    payload: Statement;
  }>(
    // `rating.requested` says nothing that its answer does not
    `SELECT event_id AS id, device_id, window_id, (extract(epoch FROM received_at) * 1000)::float8 AS received,
            CASE WHEN backfilled THEN (extract(epoch FROM at) * 1000)::float8 END AS counts, payload
     FROM terminal_event
     WHERE hall_id = $1 AND occurred_at >= $2::timestamptz - ${KEPT_BACK} AND occurred_at < $3::timestamptz + ${KEPT_BACK}
       AND received_at >= $2 AND received_at < $3 AND type <> 'rating.requested'
     ORDER BY position`,
    [hallId, new Date(from).toISOString(), new Date(until).toISOString()],
  );
  return rows.map(({ id, device_id, window_id, received, counts, payload }) => {
    const receivedAt = Math.round(received);
    const backfilled = counts !== null;
    const at = backfilled ? Math.round(counts) : receivedAt;
    return { id, hallId, deviceId: device_id, windowId: window_id, at, receivedAt, backfilled, body: payload };
  });
}

/** Ids of events that the unique index cannot recognise when they come again. */
export async function misdatedIds(db: Database, from: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'SELECT event_id AS id FROM terminal_event WHERE misdated AND received_at >= $1',
    [new Date(from).toISOString()],
  );
  return rows.map(({ id }) => id);
}
