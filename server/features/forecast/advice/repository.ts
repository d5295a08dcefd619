import type { Advice, AdviceScore } from '#contract/advice.ts';
import type { Database } from '../../../db/database.ts';
import type { Ended } from './standing.ts';

const COLUMNS = `id, hall_id AS "hallId", given_at AS "givenAt", horizon_at AS "horizonAt", because, peaks, seed, runs,
  jsonb_build_object('kind', kind, 'windowId', window_id, 'queueId', queue_id) AS action,
  ended, ended_at AS "endedAt", settled_at AS "settledAt"`;

/** The record of advice. */
export class AdviceRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async insert(advice: Advice): Promise<void> {
    const { action, because, peaks } = advice;
    await this.#db.query(
      `INSERT INTO advice (id, hall_id, given_at, horizon_at, kind, window_id, queue_id, because, peaks, seed, runs)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[advice.id, advice.hallId, advice.givenAt, advice.horizonAt, action.kind, action.windowId, action.queueId],
        ...[JSON.stringify(because), JSON.stringify(peaks), advice.seed, advice.runs],
      ],
    );
  }

  async end(id: string, ended: Ended, at: string): Promise<void> {
    await this.#db.query('UPDATE advice SET ended = $2, ended_at = $3 WHERE id = $1 AND ended IS NULL', [
      id,
      ended,
      at,
    ]);
  }

  /** Writes what really happened beside what was predicted. */
  async settle(advice: Advice, happened: ReadonlyMap<string, number>, at: string): Promise<void> {
    const peaks = advice.peaks.map((peak) => ({ ...peak, happened: happened.get(peak.queueId) ?? 0 }));
    await this.#db.query('UPDATE advice SET peaks = $2, settled_at = $3 WHERE id = $1', [
      ...[advice.id, JSON.stringify(peaks), at],
    ]);
  }

  /** Of one hall before an instant, the newest first. */
  async list(hallId: string, { before, limit }: { before: string | null; limit: number }): Promise<Advice[]> {
    return this.#select('hall_id = $1 AND ($2::timestamptz IS NULL OR given_at < $2) ORDER BY given_at DESC LIMIT $3', [
      hallId,
      before,
      limit,
    ]);
  }

  /** Of all halls since an instant, oldest first. */
  async since(from: string): Promise<Advice[]> {
    return this.#select('given_at >= $1 ORDER BY given_at', [from]);
  }

  /** Those whose hour was over at `until` and beside which nothing stands yet. */
  async unsettled(until: string): Promise<Advice[]> {
    return this.#select('settled_at IS NULL AND horizon_at <= $1 ORDER BY horizon_at LIMIT 50', [until]);
  }

  /** How far off the advice of a hall was, by queue; what was predicted for what was then done counts. */
  async score(hallId: string, from: string): Promise<AdviceScore[]> {
    return this.#db.query<AdviceScore>(
      `SELECT queue_id AS "queueId", count(*)::int AS given, count(*) FILTER (WHERE ended = 'taken')::int AS taken,
         count(settled_at)::int AS settled, avg(predicted) FILTER (WHERE settled_at IS NOT NULL) AS "predictedSec",
         avg(happened) AS "happenedSec", avg(abs(happened - predicted)) AS "errorSec",
         avg((happened BETWEEN low AND high)::int)::float8 AS "withinBand"
       FROM advice CROSS JOIN LATERAL (
         SELECT peak, peak -> CASE ended WHEN 'taken' THEN 'with' ELSE 'without' END AS course
         FROM jsonb_array_elements(peaks) AS peak WHERE peak ->> 'queueId' = queue_id
       ) AS told CROSS JOIN LATERAL (
         SELECT (peak ->> 'happened')::float8 AS happened, (course ->> 'middle')::float8 AS predicted,
           (course ->> 'low')::float8 AS low, (course ->> 'high')::float8 AS high
       ) AS figure
       WHERE hall_id = $1 AND given_at >= $2 GROUP BY 1 ORDER BY 1`,
      [hallId, from],
    );
  }

  async #select(where: string, values: unknown[]): Promise<Advice[]> {
    return this.#db.query<Advice>(`SELECT ${COLUMNS}, NULL AS now FROM advice WHERE ${where}`, values);
  }
}
