import type { HealthPoint } from '#contract/camera-health.ts';

/** Spans that a person may look at, in hours. */
export const SPANS = [1, 24, 24 * 7, 24 * 30] as const;
export type Span = (typeof SPANS)[number];

/** A stretch of time, epoch ms. */
export interface Stretch {
  from: number;
  to: number;
}

export interface Course extends Stretch {
  /** What a point stands for. */
  stepMs: number;
  points: readonly (HealthPoint & { time: number })[];
}

const MINUTE_MS = 60_000;

/** A course as it came, up to `now`. The step is what lies between most points; a minute where there are too few to tell. */
export function courseOf(points: readonly HealthPoint[], hours: number, now: number): Course {
  const timed = points.map((point) => ({ ...point, time: Date.parse(point.at) }));
  const steps = timed
    .slice(1)
    .map(({ time }, i) => time - timed[i]!.time)
    .toSorted((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? MINUTE_MS;
  return { from: now - hours * 3600_000, to: now, stepMs: Math.max(MINUTE_MS, usual), points: timed };
}

/** Where nobody measured: Hallwatch was not running, or nobody needed the stream. What is a step late is no gap. */
export function gapsOf({ from, to, stepMs, points }: Course): Stretch[] {
  const gaps: Stretch[] = [];
  let known = from;
  for (const { time } of points) {
    if (time - known > 2.5 * stepMs) gaps.push({ from: known, to: time - stepMs });
    known = time;
  }
  if (to - known > 2.5 * stepMs) gaps.push({ from: known, to });
  return gaps;
}

/** Points of a line, with a break where nothing was measured. */
export function lineOf(course: Course, figure: 'fps' | 'kbps'): [number, number | null][] {
  const line: [number, number | null][] = [];
  let before: number | null = null;
  for (const point of course.points) {
    if (before !== null && point.time - before > 2.5 * course.stepMs) line.push([before + 1, null]);
    line.push([point.time, point[figure]]);
    before = point.time;
  }
  return line;
}

/** When the stream was lost, and how often. */
export function lossesOf({ points }: Course): { time: number; count: number }[] {
  return points.flatMap(({ time, losses }) => (losses > 0 ? [{ time, count: losses }] : []));
}

/** What is normal: of the frame rate what the profile promises, of the bit rate where nine tenths of the values lie. */
export function bandOf(course: Course, figure: 'fps' | 'kbps', ratedFps: number): [number, number] | null {
  if (figure === 'fps') return ratedFps > 0 ? [ratedFps * 0.6, ratedFps * 1.1] : null;
  const values = course.points.flatMap(({ kbps }) => (kbps === null ? [] : [kbps])).toSorted((a, b) => a - b);
  if (values.length < 10) return null;
  return [values[Math.floor(values.length * 0.05)]!, values[Math.floor(values.length * 0.95)]!];
}

export interface Summary extends Stretch {
  fps: number | null;
  kbps: number | null;
  losses: number;
  /** Share of the time in which it was needed that it was live, 0..1. */
  uptime: number | null;
}

/** The same in a table: one line for each of about 24 stretches, the newest first. */
export function summaryOf(course: Course): Summary[] {
  const length = Math.max(5 * MINUTE_MS, Math.ceil((course.to - course.from) / 24));
  const groups = Map.groupBy(course.points, ({ time }) => Math.ceil(time / length) * length);
  return [...groups]
    .map(([to, points]) => ({
      from: to - length,
      to,
      fps: mean(points.map(({ fps }) => fps)),
      kbps: mean(points.map(({ kbps }) => kbps)),
      losses: points.reduce((sum, { losses }) => sum + losses, 0),
      uptime: mean(points.map(({ uptime }) => uptime)),
    }))
    .toSorted((a, b) => b.to - a.to);
}

export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
