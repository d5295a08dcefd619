import pg from 'pg';
import { ulid } from 'ulid';
import { systemClock as clock } from '../../../server/lib/clock.ts';
import { silentLogger as log } from '../../../server/lib/logger.ts';
import { ProblemBoard } from '../../../server/lib/problem-board.ts';
import { CopyIn } from '../../../server/db/copy.ts';
import { createPool } from '../../../server/db/pool.ts';
import { EventLog } from '../../../server/features/terminals/event-log.ts';
import { terminalMetrics } from '../../../server/features/terminals/metrics.ts';
import type { StoredEvent } from '../../../server/features/terminals/stored-event.ts';

/** Events that wait for their commit at a time: fewer than the log takes, more than a batch. */
const OPEN = 5_000;

/** Events of callers in ten halls, as the intake hands them to the log. */
export function eventsToWrite(count: number): StoredEvent[] {
  const from = Date.now();
  return Array.from({ length: count }, (_, i) => {
    const at = from + Math.floor(i / 20);
    const window = `w${String((i % 20) + 1).padStart(2, '0')}`;
    return {
      ...{ id: ulid(at), hallId: `hall-${i % 10}`, kind: 'caller', deviceId: window, channel: 'evt', sid: 'session' },
      ...{ seq: i, occurredAt: at, receivedAt: at, at, backfilled: false, misdated: false, windowId: window },
      body: { type: 'ticket.called', tid: `ticket-${i}`, no: `A${i % 1000}`, queue: 'q', window },
    };
  });
}

/** Seconds that the event log takes to have them all committed. */
export async function writeThroughLog(url: string, events: readonly StoredEvent[]): Promise<number> {
  const db = createPool({ url, log });
  await db.start();
  const refuse = (event: StoredEvent, reason: string) => {
    throw new Error(`${event.id} refused: ${reason}`);
  };
  const parts = { db, clock, log, problems: new ProblemBoard(clock), metrics: terminalMetrics() };
  const eventLog = new EventLog({ ...parts, onStored: () => undefined, onUnstorable: refuse });
  await eventLog.start();
  const began = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < events.length) await eventLog.append(events[next++]!);
  };
  await Promise.all(Array.from({ length: OPEN }, lane));
  const seconds = (performance.now() - began) / 1000;
  await eventLog.stop();
  await db.stop();
  return seconds;
}

const COLUMNS = `occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id, seq, window_id,
  queue_id, ticket_id, payload, backfilled, misdated`;

/** Seconds that one COPY of the same rows into the same table takes, its lines made beforehand. */
export async function copyRaw(url: string, events: readonly StoredEvent[]): Promise<number> {
  const lines = Buffer.from(events.map(lineOf).join(''));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    const done = (failure?: unknown) => (failure === undefined ? resolve() : reject(failure as Error));
    const copy = new CopyIn(`COPY terminal_event (${COLUMNS}) FROM STDIN`, lines, done);
    client.query(copy as unknown as pg.Submittable);
  });
  const seconds = (performance.now() - began) / 1000;
  await client.end();
  return seconds;
}

/** In PostgreSQL's text format; nothing in these rows has to be escaped. */
function lineOf(event: StoredEvent): string {
  const instant = (at: number) => new Date(at).toISOString();
  const { body } = event;
  const fields = [
    ...[instant(event.occurredAt), instant(event.receivedAt), instant(event.at), event.id, event.hallId, event.kind],
    ...[event.deviceId, event.channel, body.type, event.sid, event.seq, event.windowId],
    ...['queue' in body ? body.queue : '\\N', 'tid' in body ? body.tid : '\\N', JSON.stringify(body)],
    ...[event.backfilled, event.misdated],
  ];
  return `${fields.join('\t')}\n`;
}
