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

  static isKept(): boolean {
    return existsSync(EventCity.folder);
  }

  /** With so many events at least, and started after the last of them, so that it has lived through today's. */
  static async of(events: number, say: (words: string) => void): Promise<EventCity> {
    const growing = await EventCity.#open();
    try {
      await growing.#growTo(events, say);
    } finally {
      await growing.close();
    }
    return EventCity.#open();
  }

  static async #open(): Promise<EventCity> {
    const isNew = !EventCity.isKept();
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

  /**
   * Fills in the days from the last one that is there until now, so that today has its events in a folder of another day
   * too; then days before the first one, until there are so many events; and computes their figures.
   */
  async #growTo(events: number, say: (words: string) => void): Promise<void> {
    for (const day of await this.#days(UNTIL_NOW)) await this.#add(day);
    let have = await this.events();
    if (have < events) say(`${(events / 1e6).toFixed(1)} M events are made, with their figures`);
    while (have < events) for (const day of await this.#days(DAY_BEFORE)) have += await this.#add(day);
    await this.#computeFigures();
    await this.#db.query('VACUUM ANALYZE');
  }

  async #days(which: string): Promise<string[]> {
    const { rows } = await this.#db.query<{ day: string }>(which);
    return rows.map(({ day }) => day);
  }

  /** Answers how many events it has got. */
  async #add(day: string): Promise<number> {
    const windows = HALLS.map((hall) => hall.windows);
    const { rowCount } = await this.#db.query(ONE_DAY, [this.halls, windows, TICKETS_PER_WINDOW, day]);
    return rowCount ?? 0;
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

/** The last day that there is, and those that began at eight o'clock since then. */
const UNTIL_NOW = `
  WITH until AS (SELECT (now() AT TIME ZONE 'Asia/Shanghai' - interval '8 hours')::date AS day),
  since AS (SELECT (max(occurred_at) AT TIME ZONE 'Asia/Shanghai')::date AS day FROM terminal_event)
  SELECT each.day::date::text AS day
  FROM until, since, generate_series(coalesce(since.day, until.day), until.day, interval '1 day') AS each (day)`;

const DAY_BEFORE = `
  SELECT ((min(occurred_at) AT TIME ZONE 'Asia/Shanghai')::date - 1)::text AS day FROM terminal_event`;

/**
 * What is not there yet of one day, nothing of it in the future. Tickets come over nine hours, wait 2 to 20 minutes, are
 * served for 3 to 13, and two of three are rated.
 */
const ONE_DAY = `
  WITH day AS (SELECT $4::date AS day
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
  WHERE at <= now()
  ON CONFLICT DO NOTHING`;
