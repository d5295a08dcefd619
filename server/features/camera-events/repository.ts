import type { CameraEvent } from '#contract/camera-events.ts';
import type { Database } from '../../db/database.ts';

/** Camera events in TimescaleDB. */
export class EventsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async insert(events: readonly CameraEvent[]): Promise<void> {
    const column = <T>(of: (event: CameraEvent) => T): T[] => events.map(of);
    await this.#db.query(
      `INSERT INTO camera_event (at, camera_id, kind, topic, source, active, initial)
       SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[])`,
      [
        column(({ at }) => at),
        column(({ cameraId }) => cameraId),
        column(({ kind }) => kind),
        column(({ topic }) => topic),
        column(({ source }) => source),
        column(({ active }) => active),
        column(({ initial }) => initial),
      ],
    );
  }

  /** The latest first. */
  latest(cameraId: string, limit: number): Promise<CameraEvent[]> {
    return this.#db.query<CameraEvent>(
      `SELECT camera_id AS "cameraId", kind, topic, source, active, at, initial FROM camera_event
       WHERE camera_id = $1 ORDER BY at DESC LIMIT $2`,
      [cameraId, limit],
    );
  }

  /** The last word of each source in the last days, where it says that something lasts. */
  lasting(days: number): Promise<CameraEvent[]> {
    return this.#db.query<CameraEvent>(
      `SELECT camera_id AS "cameraId", kind, topic, source, active, at, initial FROM (
         SELECT DISTINCT ON (camera_id, topic, source) * FROM camera_event
         WHERE active IS NOT NULL AND at > now() - make_interval(days => $1)
         ORDER BY camera_id, topic, source, at DESC) AS last
       WHERE active ORDER BY at`,
      [days],
    );
  }

  async dropOlderThan(days: number): Promise<void> {
    await this.#db.query(`SELECT drop_chunks('camera_event', older_than => make_interval(days => $1))`, [days]);
  }
}
