import { Temporal } from 'temporal-polyfill';
import type { QueueSums } from '#contract/figures.ts';
import type { Hall } from '#contract/places.ts';
import type { TypicalDay } from '#contract/typical-day.ts';
import { hallDay } from '#lib/hall-day.ts';
import { dayAt, type KindOf } from './history.ts';

const HOUR_MS = 3600_000;

/** Today by the hour beside earlier days like it. `sums` are hours of the hall, today's among them, ascending. */
export function typicalDayOf(
  hall: Hall,
  sums: readonly QueueSums[],
  { now, kindOf }: { now: number; kindOf: KindOf },
): TypicalDay {
  const { timeZone } = hall;
  const today = hallDay(now, timeZone);
  const like = dayAt(now, timeZone, kindOf);
  const tally = new Map<string, Tally>();
  const likeDays = new Set<number>();
  const of = (hour: number, queueId: string): Tally => {
    const key = `${hour} ${queueId}`;
    const known = tally.get(key) ?? { issued: 0, called: none(), before: none(), issuedBefore: 0 };
    tally.set(key, known);
    return known;
  };
  const hours = new Set<number>();
  // Of what day an hour is takes longer to find out than to add it up: once a day.
  let day = { begins: 0, ends: -Infinity, counts: false };
  for (const row of sums) {
    const at = Date.parse(row.from);
    if (at >= day.ends) {
      const { kind, weekday } = dayAt(at, timeZone, kindOf);
      day = { ...hallDay(at, timeZone), counts: kind === like.kind && weekday === like.weekday };
    }
    const { begins } = day;
    const isToday = begins === today.begins;
    if (!isToday) {
      if (!day.counts) continue;
      likeDays.add(begins);
    }
    const hour = Math.floor((at - begins) / HOUR_MS);
    if (row.issued > 0 || row.waited > 0) hours.add(hour);
    const known = of(hour, row.queueId);
    const waits = isToday ? known.called : known.before;
    waits.people += row.waited;
    waits.sec += row.waitSec;
    if (isToday) known.issued += row.issued;
    else known.issuedBefore += row.issued;
  }
  return {
    hallId: hall.id,
    day: Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate().toString(),
    timeZone,
    weekday: like.weekday,
    likeDays: likeDays.size,
    hours: span(hours).map((hour) => {
      const from = today.begins + hour * HOUR_MS;
      return {
        from: new Date(from).toISOString(),
        queues: hall.queues.map(({ id }) => {
          const { issued, called, before, issuedBefore } = of(hour, id);
          return {
            queueId: id,
            issued: from <= now ? issued : null,
            typicalIssued: likeDays.size > 0 ? issuedBefore / likeDays.size : null,
            waitSec: mean(called),
            typicalWaitSec: mean(before),
          };
        }),
      };
    }),
  };
}

interface Waits {
  people: number;
  sec: number;
}

interface Tally {
  issued: number;
  called: Waits;
  /** Of the days before. */
  before: Waits;
  issuedBefore: number;
}

const none = (): Waits => ({ people: 0, sec: 0 });
const mean = ({ people, sec }: Waits) => (people === 0 ? null : sec / people);

/** Every hour from the first to the last. */
function span(hours: ReadonlySet<number>): number[] {
  if (hours.size === 0) return [];
  const first = Math.min(...hours);
  return Array.from({ length: Math.max(...hours) - first + 1 }, (_, i) => first + i);
}
