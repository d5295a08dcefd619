import { Temporal } from 'temporal-polyfill';
import type { QueueSums } from '#contract/figures.ts';
import { hallDay } from '#lib/hall-day.ts';
import { typicalDay, type DayOfArrivals } from './arrivals.ts';
import { SLOT_SEC } from './situation.ts';

const SLOT_MS = SLOT_SEC * 1000;
const SLOTS = (24 * 3600) / SLOT_SEC;

/** What kind of day a local date is, told apart as arrivals are. */
export type KindOf = (day: string) => string;

/** On the day on which a hall is set up, or tried, people seem to come at that hour alone. */
const SHORTEST_DAY_MS = 2 * 3600_000;

interface Day {
  kind: string;
  weekday: number;
  /** Its first and last five minutes with an event. */
  first: number;
  last: number;
  issued: Map<string, number[]>;
}

/** What is known of the days before today: tickets issued in each five minutes of the day, by queue. */
export class History {
  readonly #days: Day[];

  /** `sums` are five minutes each, ascending. Days without any event were no days of the hall; of a short one little is known. */
  constructor(sums: readonly QueueSums[], timeZone: string, kindOf: KindOf) {
    const days: Day[] = [];
    let ends = -Infinity;
    let begins = 0;
    for (const { from, queueId, issued } of sums) {
      const at = Date.parse(from);
      if (at >= ends) {
        ({ begins, ends } = hallDay(at, timeZone));
        days.push({ ...dayAt(at, timeZone, kindOf), first: at, last: at, issued: new Map() });
      }
      const day = days.at(-1)!;
      day.last = at;
      add(day.issued, queueId, slotAt(at, begins), issued);
    }
    this.#days = days.filter(({ first, last }) => last - first >= SHORTEST_DAY_MS);
  }

  get days(): number {
    return this.#days.length;
  }

  /** People to be expected in each slot of a day like this one; null where no day is known. */
  typical(queueId: string, day: { kind: string; weekday: number }): number[] | null {
    const days = this.#days.map(({ kind, weekday, issued }): DayOfArrivals => {
      return { kind, weekday, issued: issued.get(queueId) ?? emptyDay() };
    });
    return typicalDay(days, day);
  }
}

/** Tickets issued in each slot of one day, by queue. */
export function issuedOn(sums: readonly QueueSums[], begins: number): Map<string, number[]> {
  const issued = new Map<string, number[]>();
  for (const row of sums) add(issued, row.queueId, slotAt(Date.parse(row.from), begins), row.issued);
  return issued;
}

export function dayAt(at: number, timeZone: string, kindOf: KindOf): { kind: string; weekday: number } {
  const day = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  return { kind: kindOf(day.toString()), weekday: day.dayOfWeek };
}

/** The slots of a day from `elapsedMs` after its begin, which need not be the begin of a slot. */
export function slotsFrom(typical: readonly number[], elapsedMs: number): number[] {
  const first = Math.floor(elapsedMs / SLOT_MS);
  const over = elapsedMs / SLOT_MS - first;
  return typical.slice(first).map((people, i) => people * (1 - over) + (typical[first + i + 1] ?? 0) * over);
}

/** The slots that are over. */
export function slotsBefore(slots: readonly number[], elapsedMs: number): number[] {
  return slots.slice(0, Math.floor(elapsedMs / SLOT_MS));
}

function emptyDay(): number[] {
  return Array.from({ length: SLOTS }, () => 0);
}

/** Where clocks are put back, the hour more counts in the day's last slot. */
function slotAt(at: number, begins: number): number {
  return Math.min(SLOTS - 1, Math.floor((at - begins) / SLOT_MS));
}

function add(issued: Map<string, number[]>, queueId: string, slot: number, people: number): void {
  const slots = issued.get(queueId) ?? emptyDay();
  slots[slot]! += people;
  issued.set(queueId, slots);
}
