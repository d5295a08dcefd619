import type { Counting } from '#contract/limits.ts';
import { advance, measure, type DayCount, type Reached } from './meter.ts';
import { endlessFrom, standing, type Stop } from './stops.ts';
import { closingOf, type Span, type WorkDay, type WorkTime } from './work-time.ts';

/** `due` at `at`; `stopped`: the clock stands since `at`; `unknown`: it cannot be counted from `at` on. Epoch ms. */
export interface Ending {
  is: 'due' | 'stopped' | 'unknown';
  at: number;
  /** A day on the way is taken for what its weekday says, as no notice covers it. */
  provisional: boolean;
  /** The day on which it ends. */
  day: WorkDay;
}

export interface LimitClockOptions {
  acceptedAt: number;
  counting: Counting;
  stops: readonly Stop[];
  time: WorkTime;
}

const SEARCH_DAYS = 1 << 15;
/** By calendar, then by day of acceptance and length: where limits of whole days end that nothing stops. A million cases share them. */
const unstopped = new WeakMap<WorkTime, Map<string, Ending>>();
const MOST_KEPT = 10_000;

/**
 * The clock of one case: when limits end that began with its acceptance. Pure; the rules that it keeps:
 *
 * - Whole days count from the day after acceptance, and end when work ends on the last of them. A limit of no day at all
 *   ends with the day of acceptance, or the next on which work can still be done.
 * - Seconds count in the opening hours of working days. Extended service on a Saturday is no working time.
 * - The clock stands for the working time that special procedures take, overlapping ones once. Where days are counted,
 *   the time taken adds up in parts of days, and a day that has begun is given whole.
 * - No limit ends while its clock stands.
 */
export class LimitClock {
  readonly options: LimitClockOptions;
  /** When the clock stands, what overlaps once; the last may be endless. */
  readonly standing: readonly Span[];

  constructor(options: LimitClockOptions) {
    this.options = options;
    this.standing = standing(options.stops, options.acceptedAt);
  }

  /**
   * When a limit of `count` units ends, and `shift` working days after or before that; never before acceptance.
   * `onDay` is told of each day that was counted.
   */
  ending(count: number, shift = 0, onDay?: (count: DayCount) => void): Ending {
    if (this.options.counting === 'day') return this.#wholeDays(count + shift, onDay);
    const end = this.#seconds(count, onDay);
    if (shift === 0 || end.is !== 'due') return end;
    return shift > 0 ? this.#daysAfter(end, shift) : this.#daysBefore(end, -shift);
  }

  /** Working days by which `at` is late, rounded up: one second is one day. 0: in time, or the end is not known. */
  overage(count: number, at: number): number {
    const inTime = (days: number) => {
      const end = this.ending(count, days);
      return end.is !== 'due' || at <= end.at;
    };
    if (inTime(0)) return 0;
    let [late, until] = [0, 1];
    while (!inTime(until) && until < SEARCH_DAYS) [late, until] = [until, until * 2];
    while (until - late > 1) {
      const middle = (late + until) >> 1;
      if (inTime(middle)) until = middle;
      else late = middle;
    }
    return until;
  }

  #wholeDays(count: number, onDay?: (count: DayCount) => void): Ending {
    const { acceptedAt, time } = this.options;
    const today = time.dayAt(acceptedAt);
    if (count < 0) return { is: 'due', at: acceptedAt, provisional: today.provisional, day: today };
    if (count === 0) return this.#closing(today, false);
    if (this.standing.length > 0 || onDay) return this.#daysFrom(today, count, onDay);
    const known = unstopped.get(time) ?? new Map<string, Ending>();
    const key = `${today.ends} ${count}`;
    const ending = known.get(key) ?? this.#daysFrom(today, count);
    if (known.size >= MOST_KEPT) known.clear();
    unstopped.set(time, known.set(key, ending));
    return ending;
  }

  #daysFrom(today: WorkDay, count: number, onDay?: (count: DayCount) => void): Ending {
    const reached = this.#advance(today.ends, count, 'day', onDay);
    if (reached.is !== 'reached') return endingOf(reached);
    return this.#closing(reached.day, reached.provisional);
  }

  /** The first closing from that day on, after acceptance, at which the clock does not stand. */
  #closing(first: WorkDay, before: boolean): Ending {
    const { acceptedAt, time } = this.options;
    let provisional = before;
    const endless = endlessFrom(this.standing);
    for (let day = first, i = 0; i < SEARCH_DAYS; i += 1, day = time.dayAfter(day)) {
      provisional ||= day.provisional;
      const at = closingOf(day);
      if (at > endless) return { is: 'stopped', at: endless, provisional, day };
      const stands = this.standing.some(({ from, until }) => from < at && at < until);
      if (day.working && at > acceptedAt && !stands) return { is: 'due', at, provisional, day };
    }
    return { is: 'unknown', at: first.begins, provisional, day: first };
  }

  #seconds(count: number, onDay?: (count: DayCount) => void): Ending {
    return endingOf(this.#advance(this.options.acceptedAt, count, 'second', onDay));
  }

  #daysAfter(end: Ending, days: number): Ending {
    const later = endingOf(this.#advance(end.at, days, 'day'));
    return { ...later, provisional: end.provisional || later.provisional };
  }

  #daysBefore(end: Ending, days: number): Ending {
    const { acceptedAt, time } = this.options;
    const way = measure(acceptedAt, end.at, { counting: 'day', standing: this.standing, time });
    if (way <= days) return { ...end, at: acceptedAt, day: time.dayAt(acceptedAt) };
    const reached = this.#advance(acceptedAt, way - days, 'day');
    // Whether its end is provisional, so is that it comes two days before it.
    return { is: 'due', at: reached.at, day: reached.day, provisional: end.provisional };
  }

  #advance(from: number, amount: number, counting: Counting, onDay?: (count: DayCount) => void): Reached {
    const { time } = this.options;
    return advance({ from, amount, counting, standing: this.standing, time, ...(onDay && { onDay }) });
  }
}

function endingOf({ is, ...rest }: Reached): Ending {
  return { is: is === 'reached' ? 'due' : is, ...rest };
}
