import type { FigureSeries } from '#contract/hall-state.ts';
import type { Database } from '../../db/database.ts';

export type Figure = FigureSeries['figure'];

/** One sample of a figure; `queueId: null` is the whole hall. */
export interface Sample {
  hallId: string;
  queueId: string | null;
  figure: Figure;
  value: number;
}

export interface SeriesQuery {
  hallId: string;
  queueId: string | null;
  figure: Figure;
  minutes: number;
}

/** A line has about so many points, whatever its length. */
const POINTS = 180;
const STEPS_SEC = [10, 30, 60, 120, 300, 600, 1_800, 3_600];

export async function writeSamples(db: Database, at: number, samples: readonly Sample[]): Promise<void> {
  await db.query(
    `INSERT INTO measurement (at, hall_id, queue_id, figure, value)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::float8[])`,
    [
      new Date(at).toISOString(),
      samples.map((sample) => sample.hallId),
      samples.map((sample) => sample.queueId),
      samples.map((sample) => sample.figure),
      samples.map((sample) => sample.value),
    ],
  );
}

/** The step of a line over so many minutes, seconds. */
export function stepFor(minutes: number): number {
  return STEPS_SEC.find((step) => (minutes * 60) / step <= POINTS) ?? STEPS_SEC.at(-1)!;
}

/**
 * A figure over the last minutes up to `now`, in even steps. A step without a sample is null: nobody measured. Waiting
 * and staffed windows are means over the step; of the longest wait the greatest is shown.
 */
export async function figureSeries(db: Database, query: SeriesQuery, now: number): Promise<FigureSeries> {
  const { hallId, queueId, figure, minutes } = query;
  const stepSec = stepFor(minutes);
  const stepMs = stepSec * 1_000;
  const last = Math.floor(now / stepMs) * stepMs;
  const first = last - Math.ceil((minutes * 60_000) / stepMs) * stepMs;
  const rows = await db.query<{ at: string; value: number }>(
    `SELECT time_bucket(make_interval(secs => $1), at) AS at, ${figure === 'longest_wait_sec' ? 'max' : 'avg'}(value) AS value
     FROM measurement
     WHERE hall_id = $2 AND figure = $3 AND queue_id IS NOT DISTINCT FROM $4 AND at >= $5 AND at <= $6
     GROUP BY 1`,
    [stepSec, hallId, figure, queueId, new Date(first).toISOString(), new Date(now).toISOString()],
  );
  const values = new Map(rows.map((row) => [Date.parse(row.at), row.value]));
  const points: FigureSeries['points'] = [];
  for (let at = first; at <= last; at += stepMs) {
    const value = values.get(at);
    points.push({ at: new Date(at).toISOString(), value: value === undefined ? null : Math.round(value * 10) / 10 });
  }
  return { hallId, queueId, figure, stepSec, points };
}
