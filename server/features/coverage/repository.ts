import type { ProfileRole } from '#contract/cameras.ts';
import type { GapCause } from '#contract/footage.ts';
import type { CoverageDay, WindowCoverageDay } from '#contract/storage.ts';
import type { Database } from '../../db/database.ts';
import type { StreamRecord } from './coverage.ts';
import type { WindowSaid } from './opening.ts';
import type { Span } from './spans.ts';

interface SpanRow {
  cameraId: string;
  role: ProfileRole;
  from: string;
  until: string | null;
  cause: GapCause | null;
}

const iso = (at: number) => new Date(at).toISOString();

/** What coverage is computed from, and what was computed, in TimescaleDB. */
export class CoverageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Streams that were to be recorded at some moment of the span; what still lasts lasts to its end. */
  async streams(cameraIds: readonly string[], span: Span): Promise<StreamRecord[]> {
    const rows = await this.#db.query<SpanRow>(
      `SELECT camera_id AS "cameraId", role, started_at AS from, CASE WHEN end_cause IS NULL AND NOT EXISTS (
           SELECT 1 FROM footage_gap g WHERE g.camera_id = r.camera_id AND g.role = r.role AND g.ended_at IS NULL)
         THEN NULL ELSE ended_at END AS until, NULL AS cause
       FROM footage_run r
       WHERE camera_id = ANY($1) AND started_at < $3 AND (ended_at > $2 OR end_cause IS NULL)
       UNION ALL
       SELECT camera_id, role, started_at, ended_at, cause FROM footage_gap
       WHERE camera_id = ANY($1) AND started_at < $3 AND (ended_at > $2 OR ended_at IS NULL)`,
      [cameraIds, iso(span.from), iso(span.until)],
    );
    const oldest = await this.#db.query<{ cameraId: string; role: ProfileRole; at: string }>(
      `SELECT camera_id AS "cameraId", role, min(started_at) AS at FROM footage_run WHERE camera_id = ANY($1) GROUP BY 1, 2`,
      [cameraIds],
    );
    const within = ({ from, until }: SpanRow): Span => ({
      from: Math.max(span.from, Date.parse(from)),
      until: Math.min(span.until, until === null ? Infinity : Date.parse(until)),
    });
    return [...Map.groupBy(rows, ({ cameraId, role }) => `${cameraId}/${role}`).values()]
      .filter((list) => list.some(({ cause }) => cause !== 'not-planned'))
      .map((list) => {
        const { cameraId, role } = list[0]!;
        return {
          cameraId,
          role,
          runs: list.filter(({ cause }) => cause === null).map(within),
          gaps: list.flatMap((row) => (row.cause === null ? [] : [{ ...within(row), cause: row.cause }])),
          oldestAt: oldest.find((row) => row.cameraId === cameraId && row.role === role)?.at ?? null,
        };
      });
  }

  /** What callers said of the windows of a hall, in order of time. */
  async said(hallId: string, { from, until }: Span): Promise<WindowSaid[]> {
    const rows = await this.#db.query<{ windowId: string; at: string; open: boolean }>(
      `SELECT window_id AS "windowId", at,
         CASE type WHEN 'caller.state' THEN payload->>'state' <> 'closed' ELSE type <> 'staff.logout' END AS open
       FROM terminal_event
       WHERE hall_id = $1 AND occurred_at >= $2::timestamptz - interval '1 day' AND occurred_at < $3::timestamptz + interval '1 day'
         AND at >= $2 AND at < $3 AND kind = 'caller' AND window_id IS NOT NULL
       ORDER BY at, event_id`,
      [hallId, iso(from), iso(until)],
    );
    return rows.map((row) => ({ ...row, at: Date.parse(row.at) }));
  }

  async isStored(hallId: string, day: string): Promise<boolean> {
    const found = await this.#db.query('SELECT 1 FROM coverage_day WHERE hall_id = $1 AND day = $2 LIMIT 1', [
      hallId,
      day,
    ]);
    return found.length > 0;
  }

  /** Once for good: a day that was stored before stays as it was. */
  async store(cameras: readonly CoverageDay[], windows: readonly WindowCoverageDay[]): Promise<void> {
    await this.#db.transaction(async (inside) => {
      for (const row of cameras) {
        await inside.query(
          `INSERT INTO coverage_day (camera_id, role, hall_id, day, base, open_sec, recorded_sec, gaps, oldest_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
          [
            row.cameraId,
            row.role,
            row.hallId,
            row.day,
            row.base,
            row.openSec,
            row.recordedSec,
            JSON.stringify(row.gaps),
            row.oldestAt,
          ],
        );
      }
      for (const row of windows) {
        await inside.query(
          `INSERT INTO coverage_window_day (hall_id, window_id, day, base, camera_ids, open_sec, recorded_sec)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
          [row.hallId, row.windowId, row.day, row.base, row.cameraIds, row.openSec, row.recordedSec],
        );
      }
    });
  }

  cameras(hallId: string, from: string, until: string): Promise<CoverageDay[]> {
    return this.#db.query<CoverageDay>(
      `SELECT camera_id AS "cameraId", role, hall_id AS "hallId", day::text, base, open_sec AS "openSec",
         recorded_sec AS "recordedSec", gaps, oldest_at AS "oldestAt"
       FROM coverage_day WHERE hall_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, camera_id, role`,
      [hallId, from, until],
    );
  }

  windows(hallId: string, from: string, until: string): Promise<WindowCoverageDay[]> {
    return this.#db.query<WindowCoverageDay>(
      `SELECT hall_id AS "hallId", window_id AS "windowId", day::text, base, camera_ids AS "cameraIds",
         open_sec AS "openSec", recorded_sec AS "recordedSec"
       FROM coverage_window_day WHERE hall_id = $1 AND day BETWEEN $2 AND $3 ORDER BY day, window_id`,
      [hallId, from, until],
    );
  }
}
