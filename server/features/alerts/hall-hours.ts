import { hallDay } from '#lib/hall-day.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Condition } from './condition.ts';
import type { CalendarPort, HallsPort, Span } from './ports.ts';

/** Whether a hall is open now, and from when until when that is so, epoch ms. */
export interface Hours {
  open: boolean;
  from: number;
  /** Null: it is not known to change. */
  until: number | null;
}

const DAY_MS = 24 * 3600_000;
const AHEAD_MS = 40 * DAY_MS;

/** When halls are open, as rules need it at every look: computed once for each span and kept until it ends. */
export class HallHours {
  /** The hours of this hall may be others. */
  readonly changed = new Emitter<string>();

  readonly #deps: { calendar: CalendarPort; halls: Pick<HallsPort, 'list' | 'get'> };
  readonly #known = new Map<string, { hours: Hours | null; from: number; until: number }>();
  #leave: (() => void) | null = null;

  constructor(deps: { calendar: CalendarPort; halls: Pick<HallsPort, 'list' | 'get'> }) {
    this.#deps = deps;
  }

  start(): void {
    this.#leave ??= this.#deps.calendar.changed.on((hallId) => {
      const hallIds = hallId === null ? this.#deps.halls.list().map(({ id }) => id) : [hallId];
      for (const id of hallIds) {
        this.#known.delete(id);
        this.changed.emit(id);
      }
    });
  }

  stop(): void {
    this.#leave?.();
    this.#leave = null;
    this.#known.clear();
  }

  /** Null: nobody has said when this hall is open. */
  of(hallId: string, now: number): Hours | null {
    const known = this.#known.get(hallId);
    if (known && known.from <= now && now < known.until) return known.hours;
    const hall = this.#deps.halls.get(hallId);
    if (!hall) return null;
    const { begins, ends } = hallDay(now, hall.timeZone);
    const { calendar } = this.#deps;
    // The day before as well, for a hall that is open over midnight; its timetable may begin today.
    const until = now + AHEAD_MS;
    const spans = calendar.spans(hallId, begins - DAY_MS, until) ?? calendar.spans(hallId, begins, until);
    const hours = spans && hoursAt(spans, begins, now);
    this.#known.set(hallId, { hours, from: hours?.from ?? begins, until: hours?.until ?? ends });
    return hours;
  }
}

/** @param begins of the hall's day: it counts as closed from then to its first span */
export function hoursAt(spans: readonly Span[], begins: number, now: number): Hours {
  const open = spans.find(({ from, until }) => from <= now && now < until);
  if (open) return { open: true, ...open };
  const before = spans.findLast(({ until }) => until <= now);
  const next = spans.find(({ from }) => from > now);
  return { open: false, from: before?.until ?? begins, until: next?.from ?? null };
}

/**
 * A condition as a rule sees it that holds in opening hours only: a closed hall has none, which is over since it closed;
 * and what was so before it opened counts from then.
 */
export function withinHours(condition: Condition, { open, from, until }: Hours): Condition {
  if (!open) return { is: 'absent', since: from, beginsAt: until };
  return condition.is === 'present' ? { ...condition, since: Math.max(condition.since, from) } : condition;
}
