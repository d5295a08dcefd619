import type { ProfileRole } from '#contract/cameras.ts';
import type { FootageRun, GapCause } from '#contract/footage.ts';
import type { Database } from '../../db/database.ts';

export interface SegmentRow {
  camera_id: string;
  role: ProfileRole;
  run_id: string;
  number: number;
  started_at: string;
  ended_at: string;
  bytes: number;
  frames: number;
  init_bytes: number;
  start_ticks: number;
  sha256: Buffer;
  chain_no: number;
  state: 'ok' | 'damaged' | 'missing';
  volume_id: string;
  volume_path: string | null;
}

export interface RunRow extends Omit<FootageRun, 'mimeType'> {
  cameraId: string;
  role: ProfileRole;
  startedAt: string;
  endedAt: string;
  /** Null: going on. */
  endCause: string | null;
}

export interface GapRow {
  cameraId: string;
  role: ProfileRole;
  from: string;
  until: string | null;
  cause: GapCause;
  detail: string | null;
}

const segmentColumns = `camera_id, role, run_id, number, started_at, ended_at, bytes, frames, init_bytes, start_ticks, sha256,
  chain_no, state, volume_id, (SELECT path FROM footage_volume v WHERE v.id = volume_id) AS volume_path`;
const runColumns = `camera_id AS "cameraId", role, id, started_at AS "startedAt", ended_at AS "endedAt",
  end_cause AS "endCause", codec, width, height, fps, sound`;

/** No segment lasts longer: so far back begins what may reach into a span. */
const LONGEST_SEGMENT = '5 minutes';
/** Of one camera in one answer; a camera that flaps for months has more, and nobody could tell them apart. */
const MOST_SPANS = 20_000;

/** Footage in the database, to be read. Instants are ISO strings. */
export class FootageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those of the cameras that touch the span, by camera and time. */
  runs(cameraIds: readonly string[], from: string, until: string): Promise<RunRow[]> {
    return this.#db.query<RunRow>(
      `SELECT run.* FROM unnest($1::text[]) AS camera (id) CROSS JOIN LATERAL (
         SELECT ${runColumns} FROM footage_run
         WHERE camera_id = camera.id AND started_at < $3 AND (ended_at > $2 OR end_cause IS NULL)
         ORDER BY started_at DESC LIMIT ${MOST_SPANS}) AS run`,
      [cameraIds, from, until],
    );
  }

  gaps(cameraIds: readonly string[], from: string, until: string): Promise<GapRow[]> {
    return this.#db.query<GapRow>(
      `SELECT gap.* FROM unnest($1::text[]) AS camera (id) CROSS JOIN LATERAL (
         SELECT camera_id AS "cameraId", role, started_at AS "from", ended_at AS until, cause, detail FROM footage_gap
         WHERE camera_id = camera.id AND started_at < $3 AND (ended_at > $2 OR ended_at IS NULL)
         ORDER BY started_at DESC LIMIT ${MOST_SPANS}) AS gap`,
      [cameraIds, from, until],
    );
  }

  /** Holds that hold at the instant `now`. */
  holds(cameraIds: readonly string[], from: string, until: string, now: string) {
    return this.#db.query<{ cameraId: string; from: string; until: string }>(
      `SELECT camera_id AS "cameraId", from_at AS "from", until_at AS until FROM footage_hold
       WHERE camera_id = ANY($1) AND until_at > $2 AND from_at < $3 AND lifted_at IS NULL
         AND (expires_at IS NULL OR expires_at > $4)`,
      [cameraIds, from, until, now],
    );
  }

  async knows(cameraId: string): Promise<boolean> {
    const rows = await this.#db.query('SELECT 1 FROM footage_run WHERE camera_id = $1 LIMIT 1', [cameraId]);
    return rows.length > 0;
  }

  /** Files that hold any of the span, oldest first; those that are missing are not. */
  segments(cameraId: string, from: string, until: string, limit: number): Promise<SegmentRow[]> {
    const ofRole = (role: ProfileRole) =>
      `(SELECT ${segmentColumns} FROM footage_segment
        WHERE camera_id = $1 AND role = '${role}' AND started_at > $2::timestamptz - interval '${LONGEST_SEGMENT}'
          AND started_at < $3 AND ended_at > $2 AND state <> 'missing' ORDER BY started_at LIMIT $4)`;
    return this.#db.query<SegmentRow>(
      `${ofRole('main')} UNION ALL ${ofRole('sub')} ORDER BY started_at, run_id, number LIMIT $4`,
      [cameraId, from, until, limit],
    );
  }

  /** The file that holds the instant, or ends last before it. */
  async segmentBefore(cameraId: string, at: string): Promise<SegmentRow | null> {
    const ofRole = (role: ProfileRole) =>
      `(SELECT ${segmentColumns} FROM footage_segment
        WHERE camera_id = $1 AND role = '${role}' AND started_at > $2::timestamptz - interval '${LONGEST_SEGMENT}'
          AND started_at <= $2 AND state <> 'missing' ORDER BY started_at DESC LIMIT 1)`;
    const rows = await this.#db.query<SegmentRow>(
      `${ofRole('main')} UNION ALL ${ofRole('sub')} ORDER BY started_at DESC LIMIT 1`,
      [cameraId, at],
    );
    return rows[0] ?? null;
  }

  async run(id: string): Promise<RunRow | null> {
    return (await this.#db.query<RunRow>(`SELECT ${runColumns} FROM footage_run WHERE id = $1`, [id]))[0] ?? null;
  }

  runsById(ids: readonly string[]): Promise<RunRow[]> {
    return this.#db.query<RunRow>(`SELECT ${runColumns} FROM footage_run WHERE id = ANY($1)`, [ids]);
  }

  /** The first segment of a run at or after the instant, or the last at or before it. */
  async segmentOfRun(run: RunRow, at: string, side: 'after' | 'before'): Promise<SegmentRow | null> {
    const [compares, order] = side === 'after' ? ['>=', 'ASC'] : ['<=', 'DESC'];
    const rows = await this.#db.query<SegmentRow>(
      `SELECT ${segmentColumns} FROM footage_segment
       WHERE camera_id = $1 AND role = $2 AND run_id = $3 AND started_at ${compares} $4
         AND started_at BETWEEN $5 AND $6
       ORDER BY started_at ${order} LIMIT 1`,
      [run.cameraId, run.role, run.id, at, run.startedAt, run.endedAt],
    );
    return rows[0] ?? null;
  }
}
