import type { HealthPoint, StreamHealth } from '#contract/camera-health.ts';
import type { ProfileRole } from '#contract/cameras.ts';
import type { Database } from '../../db/database.ts';

/** Spans up to this long are told minute by minute. */
const BY_MINUTE_HOURS = 25;
/** Longer ones in about so many steps. */
const STEPS = 720;

export interface Losses {
  cameraId: string;
  role: ProfileRole;
  losses: number;
}

/** Camera health in TimescaleDB, a row a stream and minute. */
export class HealthRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async insert(samples: readonly StreamHealth[]): Promise<void> {
    const column = <T>(of: (sample: StreamHealth) => T): T[] => samples.map(of);
    await this.#db.query(
      `INSERT INTO camera_health (at, camera_id, role, fps, kbps, key_interval_sec, loss_ratio, jitter_ms,
         clock_offset_ms, dropped, losses, uptime)
       SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::real[], $5::real[], $6::real[], $7::real[],
         $8::real[], $9::float8[], $10::int[], $11::int[], $12::real[])`,
      [
        column(({ at }) => at),
        column(({ cameraId }) => cameraId),
        column(({ role }) => role),
        column(({ fps }) => fps),
        column(({ kbps }) => kbps),
        column(({ keyIntervalSec }) => keyIntervalSec),
        column(({ lossRatio }) => lossRatio),
        column(({ jitterMs }) => jitterMs),
        column(({ clockOffsetMs }) => clockOffsetMs),
        column(({ dropped }) => dropped),
        column(({ losses }) => losses),
        column(({ uptime }) => uptime),
      ],
    );
  }

  /** @param from epoch ms */
  course(cameraId: string, role: ProfileRole, from: number, hours: number): Promise<HealthPoint[]> {
    const stepMin = hours <= BY_MINUTE_HOURS ? 1 : Math.ceil((hours * 60) / STEPS);
    return this.#db.query<HealthPoint>(
      `SELECT max(at) AS at, avg(fps) AS fps, avg(kbps) AS kbps, max(key_interval_sec) AS "keyIntervalSec",
         avg(loss_ratio) AS "lossRatio", avg(jitter_ms) AS "jitterMs", avg(clock_offset_ms) AS "clockOffsetMs",
         sum(dropped)::int AS dropped, sum(losses)::int AS losses, avg(uptime) AS uptime
       FROM camera_health WHERE camera_id = $1 AND role = $2 AND at >= $3
       GROUP BY time_bucket(make_interval(mins => $4), at) ORDER BY 1`,
      [cameraId, role, new Date(from).toISOString(), stepMin],
    );
  }

  /** How often the streams of these cameras were lost since then (epoch ms); those that never were are left out. */
  losses(cameraIds: readonly string[], from: number): Promise<Losses[]> {
    return this.#db.query<Losses>(
      `SELECT camera_id AS "cameraId", role, sum(losses)::int AS losses FROM camera_health
       WHERE camera_id = ANY($1) AND at >= $2 AND losses > 0 GROUP BY camera_id, role`,
      [cameraIds, new Date(from).toISOString()],
    );
  }

  async dropOlderThan(days: number): Promise<void> {
    await this.#db.query(`SELECT drop_chunks('camera_health', older_than => make_interval(days => $1))`, [days]);
  }
}
