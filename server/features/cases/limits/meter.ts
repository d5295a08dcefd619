import type { Counting } from '#contract/limits.ts';
import { endlessFrom, lengthOf, within, without } from './stops.ts';
import { dutyOf, type Span, type WorkDay, type WorkTime } from './work-time.ts';

/** Nobody waits longer for a day that is worked; the way ends there instead of going on for ever. */
const MAX_DAYS = 40 * 366;
/** Shares of days are added up as fractions: this is a hundredth of a second of a day, and no limit is finer. */
const TOLERANCE = 1e-7;

/** What one day adds to a clock. */
export interface DayCount {
  day: WorkDay;
  duty: readonly Span[];
  /** Of the duty after the start. */
  running: Span[];
  counted: number;
}

/** `reached` on `day`, at `at`; `stopped`: the clock stands since `at`; `unknown`: from `at` on nothing can be counted. */
export interface Reached {
  is: 'reached' | 'stopped' | 'unknown';
  at: number;
  day: WorkDay;
  provisional: boolean;
}

export interface Walk {
  from: number;
  amount: number;
  counting: Counting;
  /** When the clock stands, as `standing` gives it. */
  standing: readonly Span[];
  time: WorkTime;
  /** Told of each day on the way, for a trace. */
  onDay?: (count: DayCount) => void;
}

/** Walks from day to day until so much has been counted. */
export function advance({ from, amount, counting, standing, time, onDay }: Walk): Reached {
  const endless = endlessFrom(standing);
  let left = amount;
  let provisional = false;
  let day = time.dayAt(from);
  for (let i = 0; i < MAX_DAYS; i += 1, day = time.dayAfter(day)) {
    provisional ||= day.provisional;
    if (counting === 'second' && day.working && !day.hours) break;
    const count = countDay(day, from, counting, standing);
    onDay?.(count);
    if (left <= count.counted + TOLERANCE)
      return { is: 'reached', at: instantOf(count, left, counting, from), day, provisional };
    left -= count.counted;
    if (endless < day.ends) return { is: 'stopped', at: endless, day, provisional };
  }
  return { is: 'unknown', at: day.begins, day, provisional };
}

/** How much is counted in `[from, until)`. Only where the way is known. */
export function measure(from: number, until: number, walk: Pick<Walk, 'counting' | 'standing' | 'time'>): number {
  const { counting, standing, time } = walk;
  let sum = 0;
  for (let day = time.dayAt(from); day.begins < until; day = time.dayAfter(day)) {
    const count = countDay(day, from, counting, standing);
    sum += lengthOf(within(count.running, from, until)) * rateOf(count, counting);
  }
  return sum;
}

export function countDay(day: WorkDay, from: number, counting: Counting, standing: readonly Span[]): DayCount {
  const duty = counting === 'second' && !day.hours?.length ? [] : dutyOf(day);
  const after = from > day.begins ? within(duty, from, day.ends) : duty;
  // most days know no stop, and a million cases are counted
  const stops = standing.filter((stop) => stop.from < day.ends && stop.until > day.begins);
  const running = stops.length > 0 ? without(after, stops) : [...after];
  const count = { day, duty, running, counted: 0 };
  return { ...count, counted: lengthOf(running) * rateOf(count, counting) };
}

/** Units for each ms: a working day is one day whatever its hours are. */
function rateOf({ duty }: DayCount, counting: Counting): number {
  return counting === 'second' ? 1 / 1000 : duty.length > 0 ? 1 / lengthOf(duty) : 0;
}

function instantOf(count: DayCount, amount: number, counting: Counting, from: number): number {
  let left = Math.round(amount / (rateOf(count, counting) || 1));
  let at = Math.max(from, count.day.begins);
  for (const span of count.running) {
    if (left <= 0) break;
    at = Math.min(span.until, span.from + left);
    left -= span.until - span.from;
  }
  return at;
}
