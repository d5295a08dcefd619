import { existsSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { systemClock as clock } from '../../server/lib/clock.ts';
import { silentLogger as log } from '../../server/lib/logger.ts';
import { createPool } from '../../server/db/pool.ts';
import { FigureRollup } from '../../server/features/figures/rollup.ts';
import { addHall, windowIds } from '../helpers/house.ts';
import { startHallwatch, type RunningHallwatch } from '../helpers/hallwatch.ts';
import { embeddedDatabaseOf } from '../helpers/kiosk-fleet.ts';

/** A reference city: nine halls with together 186 windows, and some 50,000 events a day. */
const HALLS = Array.from({ length: 9 }, (_, i) => ({ id: `hall-${i}`, windows: i < 6 ? 21 : 20 }));
const TICKETS_PER_WINDOW = 54;
const EVENTS_PER_TICKET = 5;
const WINDOWS = HALLS.reduce((sum, { windows }) => sum + windows, 0);
export const EVENTS_PER_DAY = WINDOWS * TICKETS_PER_WINDOW * EVENTS_PER_TICKET;

/** The product over a log of many days, in a folder that stays for the next run. */
export class EventCity {
  readonly hallwatch: RunningHallwatch;
  readonly #db: pg.Client;

  private constructor(hallwatch: RunningHallwatch, db: pg.Client) {
    this.hallwatch = hallwatch;
    this.#db = db;
  }

  static readonly folder = path.resolve(import.meta.dirname, '../../.hallwatch/event-city');

  static async open(): Promise<EventCity> {
    const isNew = !existsSync(EventCity.folder);
    const hallwatch = await startHallwatch({ dataDir: EventCity.folder, env: { HALLWATCH_LOG_LEVEL: 'warn' } });
    if (isNew) for (const { id, windows } of HALLS) await addHall(hallwatch.rest, id, windowIds(windows));
    const db = new pg.Client({ connectionString: embeddedDatabaseOf(EventCity.folder).url });
    await db.connect();
    return new EventCity(hallwatch, db);
  }

  get halls(): string[] {
    return HALLS.map(({ id }) => id);
  }

  async events(): Promise<number> {
    const { rows } = await this.#db.query<{ count: number }>('SELECT count(*)::float8 AS count FROM terminal_event');
    return rows[0]!.count;
  }

  /** Fills in days before those that are there, until there are so many events, and computes their figures. */
  async growTo(events: number, say: (words: string) => void): Promise<void> {
    let have = await this.events();
    if (have < events) say(`${(events / 1e6).toFixed(1)} M events are made, with their figures`);
    while (have < events) {
      const written = await this.#db.query(ONE_DAY, [
        HALLS.map(({ id }) => id),
        HALLS.map(({ windows }) => windows),
        TICKETS_PER_WINDOW,
      ]);
      have += written.rowCount ?? 0;
    }
    await this.#computeFigures();
    await this.#db.query('VACUUM ANALYZE');
  }

  /** Beside the product, which rests nine times as long as it computes. */
  async #computeFigures(): Promise<void> {
    const db = createPool({ url: embeddedDatabaseOf(EventCity.folder).url, log, size: 1 });
    await db.start();
    try {
      await new FigureRollup({ db, clock, log }).catchUp();
    } finally {
      await db.stop();
    }
  }

  async close(): Promise<void> {
    await this.#db.end();
    await this.hallwatch.stop();
  }
}

/**
 * One more day, before the first one there is (the last one that has begun, where there is none): nothing of it in the future. Tickets come over
 * nine hours, wait 2 to 20 minutes, are served for 3 to 13, and two of three are rated.
 */
const ONE_DAY = `
  WITH day AS (
    SELECT coalesce(min(occurred_at) AT TIME ZONE 'Asia/Shanghai', now() AT TIME ZONE 'Asia/Shanghai' - interval '8 hours' + interval '1 day')::date - 1 AS day
    FROM terminal_event
  ), ticket AS (
    SELECT hall, n, day, 'w' || lpad((n % windows + 1)::text, 2, '0') AS window_id,
      to_char(day, 'YYMMDD') || '-' || hall || '-' || n AS ticket_id,
      (day + time '08:00') AT TIME ZONE 'Asia/Shanghai' + interval '9 hours' * n / (windows * $3::int) AS issued_at,
      interval '1 second' * (120 + n * 7919 % 1080) AS wait, interval '1 second' * (180 + n * 104729 % 600) AS service
    FROM day CROSS JOIN unnest($1::text[], $2::int[]) AS hall (hall, windows)
    CROSS JOIN LATERAL generate_series(0, windows * $3 - 1) AS n
  )
  INSERT INTO terminal_event (occurred_at, received_at, at, event_id, hall_id, kind, device_id, channel, type, session_id, seq,
    window_id, queue_id, ticket_id, payload, backfilled, misdated)
  SELECT at, at, at, to_char(day, 'YYMMDD') || '-' || hall || '-' || n || '-' || step, hall, kind,
    CASE kind WHEN 'kiosk' THEN 'k1' ELSE window_id END, 'evt', type, 'session', n,
    CASE WHEN kind <> 'kiosk' THEN window_id END, CASE WHEN kind <> 'rater' THEN 'q' END, ticket_id,
    jsonb_build_object('type', type, 'tid', ticket_id, 'no', 'A' || n % 1000, 'queue', 'q', 'window', window_id, 'score', 1 + n % 5),
    false, false
  FROM ticket CROSS JOIN LATERAL (VALUES
    (0, 'kiosk', 'ticket.issued', issued_at), (1, 'caller', 'ticket.called', issued_at + wait),
    (2, 'caller', 'ticket.started', issued_at + wait + interval '20 seconds'),
    (3, 'caller', 'ticket.completed', issued_at + wait + interval '20 seconds' + service),
    (4, 'rater', CASE n % 3 WHEN 0 THEN 'rating.timeout' ELSE 'rating.submitted' END, issued_at + wait + service + interval '40 seconds')
  ) AS event (step, kind, type, at)
  WHERE at <= now()`;
