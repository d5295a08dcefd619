import { HallTimetable, type Notice } from '#contract/calendar.ts';
import type { Database } from '../../db/database.ts';

/** Notices and timetables in the database, each read and written whole. */
export class CalendarRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** In the order in which they came. */
  notices(): Promise<Notice[]> {
    return this.#db.query<Notice>(
      `SELECT id, region_id AS "regionId", title, number, covers_from::text AS "coversFrom",
         covers_until::text AS "coversUntil", days, imported_by AS "importedBy", imported_at AS "importedAt"
       FROM calendar_notice ORDER BY id`,
    );
  }

  async addNotice(notice: Notice): Promise<void> {
    await this.#db.query(
      `INSERT INTO calendar_notice (id, region_id, title, number, covers_from, covers_until, days, imported_by, imported_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        notice.id,
        notice.regionId,
        notice.title,
        notice.number,
        notice.coversFrom,
        notice.coversUntil,
        JSON.stringify(notice.days),
        notice.importedBy,
        notice.importedAt,
      ],
    );
  }

  async removeNotice(id: string): Promise<void> {
    await this.#db.query('DELETE FROM calendar_notice WHERE id = $1', [id]);
  }

  async timetables(): Promise<Map<string, HallTimetable>> {
    const rows = await this.#db.query<{ hall_id: string; timetable: unknown }>(
      'SELECT hall_id, timetable FROM hall_timetable',
    );
    return new Map(rows.map(({ hall_id, timetable }) => [hall_id, HallTimetable.parse(timetable)]));
  }

  async saveTimetable(hallId: string, timetable: HallTimetable): Promise<void> {
    await this.#db.query(
      `INSERT INTO hall_timetable (hall_id, timetable) VALUES ($1, $2)
       ON CONFLICT (hall_id) DO UPDATE SET timetable = $2`,
      [hallId, JSON.stringify(timetable)],
    );
  }
}
