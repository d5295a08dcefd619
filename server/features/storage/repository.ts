import type { RetentionRule } from '#contract/storage.ts';
import type { Database } from '../../db/database.ts';
import type { Limits, PlannedCamera } from './limits.ts';
import type { HeldSpan, KeptSegment } from './retention.ts';

const INFLOW_SEC = 60;
/** A file that began then is finished and has its row. */
const LATEST_MS = 20_000;

export interface StoredVolume {
  id: string;
  path: string;
  tier: number;
  quotaBytes: number | null;
  /** Written into it. */
  mark: string;
  /** What opens a store; null: a folder. */
  access: StoredAccess | null;
}

export interface StoredAccess {
  region: string;
  accessKeyId: string;
  /** Sealed. */
  secretKey: Buffer;
}

/** What the footage on one volume takes. */
export interface VolumeUse {
  volumeId: string;
  usedBytes: number;
  /** Of that, what a hold or a minimum protects; by the hour, so up to an hour too much. */
  protectedBytes: number;
}

/** What one stream keeps of one day. */
export interface DayUse {
  cameraId: string;
  /** Epoch ms. */
  at: number;
  bytes: number;
  /** Of that, what a hold keeps. */
  heldBytes: number;
}

export const iso = (at: number) => new Date(at).toISOString();

/** A hold that is in force; `$now` is the number of the parameter that has the present instant. */
export const activeHold = (alias: string, now: string) =>
  `${alias}.lifted_at IS NULL AND (${alias}.expires_at IS NULL OR ${alias}.expires_at > ${now})`;

const SEGMENT = `s.camera_id AS "cameraId", s.role, s.started_at AS "startedAt", s.ended_at AS "endedAt", s.run_id AS run,
  s.number, s.volume_id AS "volumeId", s.bytes`;

export type SegmentRow = Omit<KeptSegment, 'startedAt' | 'endedAt'> & { startedAt: string; endedAt: string };

export function segmentOf<R extends { startedAt: string; endedAt: string }>(row: R) {
  return { ...row, startedAt: Date.parse(row.startedAt), endedAt: Date.parse(row.endedAt) };
}

type Nullable<T> = { [K in keyof T]: T[K] | null };

const columnsOf = (access: StoredAccess | null) => [
  access?.region ?? null,
  access?.accessKeyId ?? null,
  access?.secretKey ?? null,
];

/** Volumes, rules and what footage takes, in TimescaleDB. */
export class StorageRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async volumes(): Promise<StoredVolume[]> {
    const rows = await this.#db.query<Omit<StoredVolume, 'access'> & Nullable<StoredAccess>>(
      `SELECT id, path, tier, quota_bytes AS "quotaBytes", mark, store_region AS region, store_key_id AS "accessKeyId",
         store_secret_key AS "secretKey"
       FROM footage_volume ORDER BY tier, id`,
    );
    return rows.map(({ region, accessKeyId, secretKey, ...row }) => {
      const isStore = region !== null && accessKeyId !== null && secretKey !== null;
      return { ...row, access: isStore ? { region, accessKeyId, secretKey } : null };
    });
  }

  async addVolume({ id, path, tier, quotaBytes, mark, access }: StoredVolume): Promise<void> {
    await this.#db.query(
      `INSERT INTO footage_volume (id, path, tier, quota_bytes, mark, store_region, store_key_id, store_secret_key)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, path, tier, quotaBytes, mark, ...columnsOf(access)],
    );
  }

  async changeVolume({ id, path, quotaBytes, access }: StoredVolume): Promise<void> {
    await this.#db.query(
      `UPDATE footage_volume SET path = $2, quota_bytes = $3, store_region = $4, store_key_id = $5, store_secret_key = $6
       WHERE id = $1`,
      [id, path, quotaBytes, ...columnsOf(access)],
    );
  }

  /** False, and nothing done, where there is footage on it. */
  async removeVolume(id: string): Promise<boolean> {
    const gone = await this.#db.query(
      `DELETE FROM footage_volume WHERE id = $1
         AND NOT EXISTS (SELECT 1 FROM footage_usage WHERE volume_id = $1 AND segments > 0) RETURNING id`,
      [id],
    );
    return gone.length > 0;
  }

  rules(): Promise<RetentionRule[]> {
    return this.#db.query<RetentionRule>(
      'SELECT purpose, min_days AS "minDays", max_days AS "maxDays" FROM retention_rule ORDER BY purpose',
    );
  }

  async saveRule({ purpose, minDays, maxDays }: RetentionRule): Promise<void> {
    await this.#db.query('UPDATE retention_rule SET min_days = $2, max_days = $3 WHERE purpose = $1', [
      purpose,
      minDays,
      maxDays,
    ]);
  }

  /** Every camera that there is, with its plan. */
  cameras(): Promise<PlannedCamera[]> {
    return this.#db.query<PlannedCamera>(
      `SELECT camera.id AS "cameraId", purpose, min_days AS "minDays", max_days AS "maxDays",
         coalesce(mode <> 'off', false) AS planned
       FROM camera LEFT JOIN recording_plan ON camera_id = camera.id`,
    );
  }

  async holds(now: number): Promise<HeldSpan[]> {
    const rows = await this.#db.query<{ cameraId: string; from: string; until: string }>(
      `SELECT camera_id AS "cameraId", from_at AS from, until_at AS until FROM footage_hold h WHERE ${activeHold('h', '$1')}`,
      [iso(now)],
    );
    return rows.map(({ cameraId, from, until }) => ({ cameraId, from: Date.parse(from), until: Date.parse(until) }));
  }

  /** Cameras that footage is kept of. */
  async keptCameras(): Promise<string[]> {
    const rows = await this.#db.query<{ id: string }>(
      'SELECT DISTINCT camera_id AS id FROM footage_usage WHERE segments > 0',
    );
    return rows.map(({ id }) => id);
  }

  async usedBytes(): Promise<Map<string, number>> {
    const rows = await this.#db.query<{ id: string; bytes: number }>(
      'SELECT volume_id AS id, sum(bytes)::bigint AS bytes FROM footage_usage GROUP BY volume_id',
    );
    return new Map(rows.map(({ id, bytes }) => [id, bytes]));
  }

  use(now: number, limits: ReadonlyMap<string, Limits>): Promise<VolumeUse[]> {
    return this.#db.query<VolumeUse>(
      `SELECT volume_id AS "volumeId", sum(bytes)::bigint AS "usedBytes",
         coalesce(sum(bytes) FILTER (WHERE u.hour + interval '1 h' > l.protected_from OR EXISTS (
           SELECT 1 FROM footage_hold h WHERE h.camera_id = u.camera_id AND ${activeHold('h', '$1')}
             AND h.from_at < u.hour + interval '1 h' AND h.until_at > u.hour)), 0)::bigint AS "protectedBytes"
       FROM footage_usage u JOIN unnest($2::text[], $3::timestamptz[]) l (camera_id, protected_from) USING (camera_id)
       WHERE u.segments > 0 GROUP BY volume_id`,
      [iso(now), [...limits.keys()], [...limits.values()].map(({ protectedFrom }) => iso(protectedFrom))],
    );
  }

  async useByDay(now: number): Promise<DayUse[]> {
    const rows = await this.#db.query<Omit<DayUse, 'at'> & { at: string }>(
      `SELECT camera_id AS "cameraId", date_trunc('day', hour, 'UTC') AS at, sum(bytes)::bigint AS bytes,
         coalesce(sum(bytes) FILTER (WHERE EXISTS (
           SELECT 1 FROM footage_hold h WHERE h.camera_id = u.camera_id AND ${activeHold('h', '$1')}
             AND h.from_at < u.hour + interval '1 h' AND h.until_at > u.hour)), 0)::bigint AS "heldBytes"
       FROM footage_usage u WHERE segments > 0 GROUP BY 1, 2`,
      [iso(now)],
    );
    return rows.map((row) => ({ ...row, at: Date.parse(row.at) }));
  }

  /** Bytes written by each camera in the whole hours of the last day, and how many hours of recording there are in it. */
  async written(now: number): Promise<{ hours: number; byCamera: Map<string, number>; perSec: Map<string, number> }> {
    const hour = Math.floor(now / 3600_000) * 3600_000;
    const rows = await this.#db.query<{ cameraId: string; volumeId: string; bytes: number; first: string }>(
      `SELECT camera_id AS "cameraId", volume_id AS "volumeId", sum(written)::bigint AS bytes, min(hour) AS first
       FROM footage_usage WHERE hour >= $1 AND hour < $2 AND written > 0 GROUP BY 1, 2`,
      [iso(hour - 24 * 3600_000), iso(hour)],
    );
    const first = Math.min(...rows.map((row) => Date.parse(row.first)));
    const hours = rows.length === 0 ? 0 : (hour - first) / 3600_000;
    const sumBy = (key: (row: (typeof rows)[number]) => string) => {
      const sums = new Map<string, number>();
      for (const row of rows) sums.set(key(row), (sums.get(key(row)) ?? 0) + row.bytes);
      return sums;
    };
    const perSec = [...sumBy(({ volumeId }) => volumeId)].map(([id, bytes]) => [id, bytes / (hours * 3600)] as const);
    return { hours, byCamera: sumBy(({ cameraId }) => cameraId), perSec: new Map(perSec) };
  }

  /** Bytes a second that each volume took of late: of files that began in a minute which no file of is still written. */
  async inflow(now: number): Promise<Map<string, number>> {
    const rows = await this.#db.query<{ volumeId: string; bytes: number }>(
      `SELECT volume_id AS "volumeId", sum(bytes)::bigint AS bytes
       FROM (SELECT DISTINCT camera_id, role FROM footage_usage WHERE hour >= $1::timestamptz - interval '1 hour') stream
       CROSS JOIN LATERAL (
         SELECT volume_id, bytes FROM footage_segment s
         WHERE s.camera_id = stream.camera_id AND s.role = stream.role AND s.started_at >= $1 AND s.started_at < $2) s
       GROUP BY 1`,
      [iso(now - INFLOW_SEC * 1000 - LATEST_MS), iso(now - LATEST_MS)],
    );
    return new Map(rows.map(({ volumeId, bytes }) => [volumeId, bytes / INFLOW_SEC]));
  }

  /**
   * The oldest segments on a volume, at most so many of each stream, up to an instant for each camera; held ones are left
   * out unless asked for. Complete up to its last one: no segment on the volume that fits is older and missing.
   */
  async oldest(
    volumeId: string,
    { until, now, held, intact, limit }: OldestQuery,
  ): Promise<{ segments: KeptSegment[]; all: boolean }> {
    const rows = await this.#db.query<SegmentRow>(
      `SELECT s.* FROM (
         SELECT camera_id, role, min(hour) AS first FROM footage_usage WHERE volume_id = $1 AND segments > 0 GROUP BY 1, 2
       ) stream
       JOIN unnest($2::text[], $3::timestamptz[]) l (camera_id, until) USING (camera_id)
       CROSS JOIN LATERAL (
         SELECT ${SEGMENT} FROM footage_segment s
         WHERE s.camera_id = stream.camera_id AND s.role = stream.role AND s.volume_id = $1
           AND s.started_at >= stream.first AND s.started_at < l.until AND s.ended_at <= l.until
           ${intact ? "AND s.state = 'ok'" : ''}
           ${
             held
               ? ''
               : `AND NOT EXISTS (SELECT 1 FROM footage_hold h WHERE h.camera_id = s.camera_id
                    AND ${activeHold('h', '$4')} AND h.from_at < s.ended_at AND h.until_at > s.started_at)`
           }
         ORDER BY s.started_at LIMIT $${held ? 4 : 5}
       ) s ORDER BY "startedAt"`,
      [volumeId, [...until.keys()], [...until.values()].map(iso), ...(held ? [] : [iso(now)]), limit],
    );
    return upToHorizon(rows.map(segmentOf), limit);
  }
}

export interface OldestQuery {
  /** By camera, epoch ms: segments that ended by then. */
  until: ReadonlyMap<string, number>;
  now: number;
  /** With those that a hold keeps. */
  held: boolean;
  /** Only those whose file is as it was hashed. */
  intact: boolean;
  /** Of each stream. */
  limit: number;
}

/** A stream that was cut off at its limit has more behind; what other streams have beyond that point must wait. */
function upToHorizon(oldestFirst: KeptSegment[], limit: number): { segments: KeptSegment[]; all: boolean } {
  const streams = Map.groupBy(oldestFirst, ({ cameraId, role }) => `${cameraId}/${role}`);
  const cutOff = [...streams.values()].filter(({ length }) => length === limit);
  const horizon = Math.min(...cutOff.map((segments) => segments.at(-1)!.startedAt));
  return { segments: oldestFirst.filter(({ startedAt }) => startedAt <= horizon), all: cutOff.length === 0 };
}
