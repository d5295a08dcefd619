import type { HallLive } from '#contract/hall-state.ts';
import type { ForecastBasis, ForecastLack } from '#contract/forecast.ts';
import type { Hall } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import { hallDay } from '#lib/hall-day.ts';
import type { Database } from '../../db/database.ts';
import { levelOfToday } from './arrivals.ts';
import { dayAt, History, issuedOn, slotsBefore, slotsFrom } from './history.ts';
import { occupationsOf } from './occupations.ts';
import type { CalendarPort, HallsPort, LivePort, SumsPort } from './ports.ts';
import { situationOf } from './situation-of.ts';
import { SLOT_SEC, type Demand, type Situation } from './situation.ts';

export interface ExpectationDeps {
  db: Database;
  halls: HallsPort;
  hallStates: LivePort;
  calendar: CalendarPort;
  sums: SumsPort;
}

const DAY_MS = 24 * 3600_000;
const LEARN_ARRIVALS_MS = 56 * DAY_MS;
const LEARN_OCCUPATIONS_MS = 14 * DAY_MS;
/** Fewer say nothing of a queue; the whole hall's are taken then. */
const MIN_OCCUPATIONS = 20;
/** While no day before is known, the last hour is taken to go on; less of it says nothing. */
const LAST_HOUR = 3600 / SLOT_SEC;
const MIN_SLOTS_TODAY = 4;
/** So many people of an hour are no chance. */
const MANY = 20;
const AGAIN_MS = 60_000;

/** How a hall stands and what is to be expected of it. */
export interface Expected {
  hall: Hall;
  live: HallLive;
  situation: Situation;
  /** One for each queue, in the hall's order. */
  demand: Demand[];
  basis: ForecastBasis;
  learntDays: number;
}

/** Or that too little is known of it. */
export type Expectation = { known: true; expected: Expected } | { known: false; lack: ForecastLack; live: HallLive };

/** What was learnt of a hall up to `at`. */
interface Learnt {
  begins: number;
  at: number;
  history: History;
  occupations: Map<string, number[]>;
  /** Enough for a day; otherwise it is looked again soon. */
  isEnough: boolean;
}

/** What is to be expected of each hall, learnt from its figures and its event log. */
export class Expectations {
  readonly #deps: ExpectationDeps;
  readonly #learnt = new Map<string, Learnt>();

  constructor(deps: ExpectationDeps) {
    this.#deps = deps;
  }

  /** Throws NOT_FOUND, and what the database throws. */
  async of(hallId: string, now: number): Promise<Expectation> {
    const { halls, hallStates, sums } = this.#deps;
    const hall = halls.get(hallId);
    if (hall === undefined) throw new AppError('NOT_FOUND', hallId);
    const { begins } = hallDay(now, hall.timeZone);
    const { history, occupations } = await this.#learn(hall, begins, now);
    const issued = issuedOn(await sums({ hallId, period: '5min', from: begins, until: now }), begins);
    // Read last, so that nothing is older than how the hall stands.
    const live = hallStates.live(hallId);
    if (live === undefined) throw new AppError('NOT_FOUND', hallId);
    const served = [...occupations.values()].flat().sort((a, b) => a - b);
    const byDays = history.days > 0 && !this.#isUnlike(history, issued, hall, now - begins);
    const arrivals = byDays
      ? this.#fromDays(hall, history, issued, now - begins)
      : this.#fromLastHour(hall, issued, now, now - begins);
    const unknown = (lack: ForecastLack): Expectation => ({ known: false, live, lack });
    if (arrivals === null) {
      const have = minutesOf(seenSlots(issued, now - begins));
      return unknown({ lack: 'arrivals', have, needed: minutesOf(MIN_SLOTS_TODAY) });
    }
    if (served.length < MIN_OCCUPATIONS) {
      return unknown({ lack: 'served', have: served.length, needed: MIN_OCCUPATIONS });
    }
    const demand = hall.queues.map(({ id }, queue): Demand => {
      const own = occupations.get(id) ?? [];
      const occupationSec = own.length < MIN_OCCUPATIONS ? served : own;
      return { queueId: id, arrivals: arrivals[queue]!, occupationSec, priorityShare: 0 };
    });
    const situation = situationOf(hall, live, (queueId) => hallStates.waitingSince(hallId, queueId));
    const basis = byDays ? 'days' : 'last-hour';
    return { known: true, expected: { hall, live, situation, demand, basis, learntDays: history.days } };
  }

  #fromDays(hall: Hall, history: History, issued: ReadonlyMap<string, number[]>, elapsedMs: number): number[][] {
    // A day that begins late is not a quiet one: today is compared from its first ticket on.
    const opened = firstSlot(issued, elapsedMs);
    return hall.queues.map(({ id }) => {
      const typical = this.#typical(hall, history, id, elapsedMs);
      const sofar = slotsBefore(issued.get(id) ?? typical.map(() => 0), elapsedMs);
      const level = levelOfToday(typical.slice(opened), sofar.slice(opened));
      return slotsFrom(typical, elapsedMs).map((people) => people * level);
    });
  }

  #typical(hall: Hall, history: History, queueId: string, elapsedMs: number): number[] {
    const { begins } = this.#learnt.get(hall.id)!;
    return history.typical(queueId, dayAt(begins + elapsedMs, hall.timeZone, this.#kindOf(hall.id))) ?? [];
  }

  /** Whether many people come at an hour at which hardly anybody ever did: of such days earlier ones say nothing. */
  #isUnlike(history: History, issued: ReadonlyMap<string, number[]>, hall: Hall, elapsedMs: number): boolean {
    if (seenSlots(issued, elapsedMs) < MIN_SLOTS_TODAY) return false;
    const until = Math.floor(elapsedMs / (SLOT_SEC * 1000));
    const lastHour = (slots: readonly number[]) =>
      slots.slice(Math.max(0, until - LAST_HOUR), until).reduce((sum, people) => sum + people, 0);
    const came = hall.queues.reduce((sum, { id }) => sum + lastHour(issued.get(id) ?? []), 0);
    const usual = hall.queues.reduce((sum, { id }) => sum + lastHour(this.#typical(hall, history, id, elapsedMs)), 0);
    return came >= MANY && usual < came / 4;
  }

  /** As in the last hour, while the hall is open; null while there is too little of it. */
  #fromLastHour(hall: Hall, issued: ReadonlyMap<string, number[]>, now: number, elapsedMs: number): number[][] | null {
    const seen = Math.min(LAST_HOUR, seenSlots(issued, elapsedMs));
    if (seen < MIN_SLOTS_TODAY) return null;
    const until = now + DAY_MS - elapsedMs;
    const open = this.#deps.calendar.spans(hall.id, now, until);
    const isOpen = (at: number) => open === null || open.some((span) => at >= span.from && at < span.until);
    const ahead = Array.from({ length: Math.floor((until - now) / (SLOT_SEC * 1000)) }, (_, slot) =>
      isOpen(now + slot * SLOT_SEC * 1000),
    );
    return hall.queues.map(({ id }) => {
      const people = slotsBefore(issued.get(id) ?? [], elapsedMs)
        .slice(-seen)
        .reduce((sum, each) => sum + each, 0);
      return ahead.map((isOpenThen) => (isOpenThen ? people / seen : 0));
    });
  }

  /** Days before today do not change but for what comes late, so they are read once a day. */
  async #learn({ id: hallId, timeZone }: Hall, begins: number, now: number): Promise<Learnt> {
    const known = this.#learnt.get(hallId);
    if (known?.begins === begins && (known.isEnough || now - known.at < AGAIN_MS)) return known;
    const { db, sums } = this.#deps;
    const rows = await sums({ hallId, period: '5min', from: begins - LEARN_ARRIVALS_MS, until: begins });
    const history = new History(rows, timeZone, this.#kindOf(hallId));
    const occupations = await occupationsOf(db, { hallId, from: begins - LEARN_OCCUPATIONS_MS });
    const served = [...occupations.values()].reduce((sum, { length }) => sum + length, 0);
    const learnt = { begins, at: now, history, occupations, isEnough: history.days > 0 && served >= MIN_OCCUPATIONS };
    this.#learnt.set(hallId, learnt);
    return learnt;
  }

  #kindOf(hallId: string): (day: string) => string {
    return (day) => this.#deps.calendar.dayOf(hallId, day).kind;
  }
}

const minutesOf = (slots: number) => (slots * SLOT_SEC) / 60;

/** The slot of the day's first ticket; the one that is on where none was taken before it. */
function firstSlot(issued: ReadonlyMap<string, number[]>, elapsedMs: number): number {
  const over = [...issued.values()].map((slots) => slotsBefore(slots, elapsedMs));
  const firsts = over.map((slots) => slots.findIndex((people) => people > 0)).filter((slot) => slot >= 0);
  return Math.min(Math.floor(elapsedMs / (SLOT_SEC * 1000)), ...firsts);
}

/** How many slots are over since then. */
const seenSlots = (issued: ReadonlyMap<string, number[]>, elapsedMs: number): number =>
  Math.floor(elapsedMs / (SLOT_SEC * 1000)) - firstSlot(issued, elapsedMs);
