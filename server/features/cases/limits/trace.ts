import type { CountedLimit, TraceDay } from '#contract/limits.ts';
import type { Ending, LimitClock } from './limit-clock.ts';
import { countDay, type DayCount } from './meter.ts';
import { within, without } from './stops.ts';
import type { Span } from './work-time.ts';

/** Enough for the longest limits of law; what goes on beyond is told by its end alone. */
const MAX_TRACE_DAYS = 800;

/** When a limit of `count` units ends, with a row for each day from acceptance to there. */
export function countedLimit(clock: LimitClock, count: number): CountedLimit {
  const counts: DayCount[] = [];
  const ending = clock.ending(count, 0, (day) => {
    if (counts.length < MAX_TRACE_DAYS) counts.push(day);
  });
  return {
    counting: clock.options.counting,
    count,
    is: ending.is,
    at: iso(ending.at),
    provisional: ending.provisional,
    trace: rowsOf(clock, count, [...counts, ...daysGiven(clock, ending, counts.at(-1))]),
  };
}

/** Days after the last that was counted, up to the one on which the limit ends: its clock stood, or no work was done. */
function daysGiven(clock: LimitClock, ending: Ending, last: DayCount | undefined): DayCount[] {
  const { acceptedAt, counting, time } = clock.options;
  const given: DayCount[] = [];
  if (ending.is !== 'due') return given;
  let day = last ? time.dayAfter(last.day) : time.dayAfter(time.dayAt(acceptedAt));
  for (; day.begins <= ending.day.begins && given.length < MAX_TRACE_DAYS; day = time.dayAfter(day)) {
    given.push(countDay(day, acceptedAt, counting, clock.standing));
  }
  return given;
}

function rowsOf(clock: LimitClock, count: number, counts: readonly DayCount[]): TraceDay[] {
  const { acceptedAt, counting, time } = clock.options;
  let total = 0;
  const rows = counts.map((each) => {
    const counted = Math.min(each.counted, Math.max(0, count - total));
    total += counted;
    return rowOf(each, counted, total, clock.standing);
  });
  if (counting === 'second') return rows;
  const today = countDay(time.dayAt(acceptedAt), acceptedAt, counting, clock.standing);
  const first = rowOf(today, 0, 0, clock.standing);
  return [{ ...first, because: today.day.working ? 'accepted' : 'not-working' }, ...rows];
}

function rowOf(
  { day, duty, running, counted: whole }: DayCount,
  counted: number,
  total: number,
  standing: readonly Span[],
): TraceDay {
  const stopped = standing.flatMap(({ from, until }) => within(duty, from, until));
  return {
    day: day.day,
    kind: day.kind,
    name: day.name,
    provisional: day.provisional,
    noticeId: day.noticeId,
    because: reason(day.working, stopped.length > 0, whole > 0),
    counted,
    total,
    hours: duty.map(stretch),
    stopped: without(stopped, running).map(stretch),
  };
}

function reason(working: boolean, stood: boolean, ran: boolean): TraceDay['because'] {
  if (!working) return 'not-working';
  if (stood) return ran ? 'part' : 'stopped';
  return ran ? 'counted' : 'idle';
}

function stretch({ from, until }: Span): { from: string; until: string } {
  return { from: iso(from), until: iso(until) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
