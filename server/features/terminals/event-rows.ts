import type { TerminalKind } from '#contract/mqtt.ts';
import type { BulkDatabase, CopyValue, Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import type { Statement, StoredEvent } from './stored-event.ts';

const COLUMNS = [
  'occurred_at',
  'received_at',
  'at',
  'event_id',
  'hall_id',
  'kind',
  'device_id',
  'channel',
  'type',
].concat(['session_id', 'seq', 'window_id', 'queue_id', 'ticket_id', 'payload', 'backfilled', 'misdated']);

const INSERT = `
  INSERT INTO terminal_event (${COLUMNS.join(', ')})
  SELECT * FROM unnest($1::timestamptz[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::jsonb[],
    $16::boolean[], $17::boolean[])
  ON CONFLICT DO NOTHING
  RETURNING event_id AS id`;

/**
 * Writes one batch in one statement, and returns the ids that were not there before. COPY costs half of what INSERT does,
 * but takes all rows or none: a batch in which one is there already goes the long way.
 */
export async function insertEvents(db: BulkDatabase, events: readonly StoredEvent[]): Promise<Set<string>> {
  const instant = writtenOnce();
  const rows = events.map((event) => valuesOf(event, instant));
  try {
    await db.copy('terminal_event', COLUMNS, rows);
    return new Set(events.map(({ id }) => id));
  } catch (error) {
    if (violationOf(error)?.kind !== 'unique') throw error;
  }
  const columns = COLUMNS.map((_, column) => rows.map((row) => row[column]));
  const fresh = await db.query<{ id: string }>(INSERT, columns);
  return new Set(fresh.map(({ id }) => id));
}

/** In the order of `COLUMNS`. */
function valuesOf(event: StoredEvent, instant: (at: number) => string): CopyValue[] {
  const { body } = event;
  return [
    instant(event.occurredAt),
    instant(event.receivedAt),
    instant(event.at),
    event.id,
    event.hallId,
    event.kind,
    event.deviceId,
    event.channel,
    body.type,
    event.sid,
    event.seq,
    event.windowId,
    'queue' in body ? body.queue : null,
    'tid' in body ? (body.tid ?? null) : null,
    JSON.stringify(body),
    event.backfilled,
    event.misdated,
  ];
}

/** Writes instants as the database reads them. A batch holds a few dozen, each many times. */
function writtenOnce(): (at: number) => string {
  const texts = new Map<number, string>();
  return (at) => {
    const known = texts.get(at);
    if (known !== undefined) return known;
    const text = new Date(at).toISOString();
    texts.set(at, text);
    return text;
  };
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

/**
 * The hall's events that were taken in `[from, until)`, epoch ms, in the order in which they were. Without reviews, a fifth
 * of them is left in the database.
 */
export async function pastEvents(
  db: Database,
  hallId: string,
  from: number,
  until: number,
  { reviews }: { reviews: boolean },
): Promise<PastEvent[]> {
  // A month of a city is a million of them, and each column costs: what is the same in all, or follows from another, is not
  // asked for. `rating.requested` says nothing that its answer does not.
  const rows = await db.query<{
    id: string;
    device: string;
    window: string | null;
    received: number;
    kept: number | null;
    body: PastEvent['body'];
  }>(
    `SELECT event_id AS id, device_id AS device, window_id AS window, date_part('epoch', received_at) * 1000 AS received,
            CASE WHEN backfilled THEN date_part('epoch', at) * 1000 END AS kept, payload AS body
     FROM terminal_event
     WHERE hall_id = $1 AND occurred_at >= $2::timestamptz - ${KEPT_BACK} AND occurred_at < $3::timestamptz + ${KEPT_BACK}
       AND received_at >= $2 AND received_at < $3 AND type <> 'rating.requested'
       AND ($4 OR type NOT IN ('rating.submitted', 'rating.timeout'))
     ORDER BY position`,
    [hallId, new Date(from).toISOString(), new Date(until).toISOString(), reviews],
  );
  return rows.map(({ id, device, window, received, kept, body }) => {
    const receivedAt = Math.round(received);
    const at = kept === null ? receivedAt : Math.round(kept);
    return { id, hallId, deviceId: device, windowId: window, backfilled: kept !== null, receivedAt, at, body };
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
