import type { SimulatedHall } from '../../devices/simulators/city.ts';
import type { Happening } from '../../devices/simulators/hall/ground-truth.ts';

/** An alert that there ought to be: what it is about, and when it is due by the shipped rules. Times are seconds of the day. */
export interface Due {
  kind: TruthKind;
  subject: string;
  at: number;
}

export const truthKinds = [
  'window-unattended',
  'window-never-opened',
  'early-close',
  'idle-with-queue',
  'pause-overrun',
  'long-service',
  'wait-overtime',
  'queue-overflow',
  'no-show-rate',
  'bad-review',
] as const;
export type TruthKind = (typeof truthKinds)[number];

/** A stretch in which something is so. */
interface Span {
  from: number;
  to: number;
}

/**
 * What ought to be raised on a day, worked out from what people really did, by plain arithmetic over whole stretches of
 * the day: no terminals, no engine, no state machine. The numbers are the shipped rules'.
 */
export function dueAlerts(
  hall: SimulatedHall,
  happenings: readonly Happening[],
  { opens, closes, services }: { opens: number; closes: number; services: Map<string, number[]> },
): Due[] {
  const day = new Day(hall, happenings, opens, closes);
  const windows = hall.windows.filter(({ staff }) => staff !== null);
  const of = (kind: TruthKind, subject: string, instants: number[]): Due[] =>
    instants.map((at) => ({ kind, subject, at }));
  return [
    ...windows.flatMap(({ id }) => of('window-unattended', id, day.unattended(id))),
    ...windows.flatMap(({ id }) => of('window-never-opened', id, day.neverOpened(id))),
    ...windows.flatMap(({ id }) => of('early-close', id, day.earlyClose(id))),
    ...windows.flatMap(({ id }) => of('idle-with-queue', id, day.idle(id))),
    ...windows.flatMap(({ id }) => of('pause-overrun', id, day.pauses(id))),
    ...windows.flatMap(({ id }) => of('long-service', id, day.longServices(id, services))),
    ...hall.queues.flatMap(({ id }) => of('wait-overtime', id, day.waits(id))),
    ...hall.queues.flatMap(({ id }) => of('queue-overflow', id, day.overflows(id))),
    ...of('no-show-rate', 'hall', day.noShows()),
    ...day.badReviews().map(({ ticket, at }): Due => ({ kind: 'bad-review', subject: ticket, at })),
  ];
}

class Day {
  readonly #hall: SimulatedHall;
  readonly #all: readonly Happening[];
  readonly #opens: number;
  readonly #closes: number;
  /** The instants at which anything changed. */
  readonly #instants: number[];

  constructor(hall: SimulatedHall, happenings: readonly Happening[], opens: number, closes: number) {
    this.#hall = hall;
    this.#all = happenings;
    this.#opens = opens;
    this.#closes = closes;
    const within = happenings.map(({ at }) => at).filter((at) => at > opens && at < closes);
    this.#instants = [...new Set([opens, ...within, closes])].sort((a, b) => a - b);
  }

  unattended(window: string): number[] {
    const empty = this.#spans(this.#at(window, ['walked-off']), this.#at(window, ['returned', 'left-work']));
    return alarms(empty, 300, 15, this.#waitsFor(window));
  }

  neverOpened(window: string): number[] {
    const [came = Infinity] = this.#at(window, ['came-to-work']);
    return came > this.#opens + 600 ? [this.#opens + 600] : [];
  }

  earlyClose(window: string): number[] {
    const closed = this.#at(window, ['left-work']).map((from) => ({ from, to: this.#closes }));
    return alarms(this.#clip(closed), 120, 0, this.#waitsFor(window));
  }

  idle(window: string): number[] {
    const free = this.#spans(
      this.#at(window, ['came-to-work', 'resumed', 'completed', 'skipped']),
      this.#at(window, ['called', 'paused', 'left-work']),
    );
    const away = this.#spans(this.#at(window, ['walked-off']), this.#at(window, ['returned', 'left-work']));
    const people = this.#waitingFor(window);
    return alarms(both(without(free, away), people), 180, 5);
  }

  pauses(window: string): number[] {
    const planned = new Map(
      this.#all.flatMap((entry) =>
        entry.what === 'paused' && entry.window === window ? [[entry.at, entry.plannedMin * 60]] : [],
      ),
    );
    const paused = this.#spans([...planned.keys()], this.#at(window, ['resumed', 'left-work']));
    const over = paused.map(({ from, to }) => ({ from: from + planned.get(from)!, to }));
    return alarms(this.#clip(over.filter(({ from, to }) => to > from)), 120, 0);
  }

  longServices(window: string, services: Map<string, number[]>): number[] {
    const starts = this.#all.flatMap((entry) => (entry.what === 'started' ? [{ ...entry, queue: entry.queue }] : []));
    const took = this.#all.flatMap((entry) => {
      const start = entry.what === 'completed' && starts.find(({ ticket }) => ticket === entry.ticket);
      return start ? [{ queue: start.queue, at: entry.at, sec: entry.at - start.at }] : [];
    });
    const limitAt = (queue: string, at: number) => {
      const known = [
        ...(services.get(queue) ?? []),
        ...took.filter((s) => s.queue === queue && s.at <= at).map((s) => s.sec),
      ];
      const last = known.slice(-200).sort((a, b) => a - b);
      return last.length < 20 ? 3600 : 2 * last[Math.ceil(0.9 * last.length) - 1]!;
    };
    return starts
      .filter((start) => start.window === window)
      .flatMap(({ queue, ticket, at }) => {
        const end = this.#all.find((entry) => entry.what === 'completed' && entry.ticket === ticket)?.at ?? Infinity;
        // the limit moves while he is served: it is passed in the first stretch between two completions that holds it
        const steps = [at, ...took.filter((s) => s.queue === queue && s.at > at && s.at < end).map((s) => s.at)];
        for (const [i, from] of steps.entries()) {
          const due = Math.max(from, at + limitAt(queue, from) + 60);
          if (due < Math.min(steps[i + 1] ?? end, this.#closes)) return [due];
        }
        return [];
      });
  }

  waits(queue: string): number[] {
    const over = this.#waitsOver(queue, 1200);
    // the wait is long already when it counts: it is due at once
    return alarms(this.#clip(merged(over, 0)), 0, 60);
  }

  overflows(queue: string): number[] {
    const feeds = this.#hall.windows.filter(({ queueIds }) => queueIds.includes(queue)).map(({ id }) => id);
    const staffed = feeds.map((id) => {
      const open = this.#spans(this.#at(id, ['came-to-work', 'resumed']), this.#at(id, ['paused', 'left-work']));
      const away = this.#spans(this.#at(id, ['walked-off']), this.#at(id, ['returned', 'left-work']));
      return without(open, away);
    });
    const waiting = this.#lineOf(queue);
    const over = this.#instants.slice(0, -1).flatMap((from, i) => {
      const there = staffed.filter((spans) => spans.some((span) => span.from <= from && from < span.to)).length;
      return waiting(from) > 10 * Math.max(1, there) ? [{ from, to: this.#instants[i + 1]! }] : [];
    });
    return alarms(merged(over, 0), 300, 60);
  }

  noShows(): number[] {
    const hour = (what: 'called' | 'skipped', at: number) =>
      this.#all.filter((entry) => entry.what === what && entry.at <= at && entry.at > at - 3600).length;
    const leaving = this.#all.flatMap((e) => (e.what === 'called' || e.what === 'skipped' ? [e.at, e.at + 3600] : []));
    const instants = [...new Set(leaving)].filter((at) => at >= this.#opens && at < this.#closes).sort((a, b) => a - b);
    const over = instants.flatMap((from, i) => {
      const called = hour('called', from);
      return called >= 20 && hour('skipped', from) / called > 0.2
        ? [{ from, to: instants[i + 1] ?? this.#closes }]
        : [];
    });
    return alarms(merged(over, 0), 60, 300);
  }

  badReviews(): { ticket: string; at: number }[] {
    return this.#all.flatMap((entry) =>
      entry.what === 'rated' && entry.score !== null && entry.score <= 2
        ? [{ ticket: entry.ticket, at: entry.at + 1 }]
        : [],
    );
  }

  #at(window: string, what: Happening['what'][]): number[] {
    return this.#all.flatMap((entry) =>
      'window' in entry && entry.window === window && what.includes(entry.what) ? [entry.at] : [],
    );
  }

  /** From each beginning to the first end after it, within the opening hours. */
  #spans(begins: number[], ends: number[]): Span[] {
    return this.#clip(begins.map((from) => ({ from, to: ends.find((end) => end >= from) ?? Infinity })));
  }

  #clip(spans: Span[]): Span[] {
    return spans
      .map(({ from, to }) => ({ from: Math.max(from, this.#opens), to: Math.min(to, this.#closes) }))
      .filter(({ from, to }) => to > from);
  }

  #lineOf(queue: string): (at: number) => number {
    const steps = this.#all.flatMap((entry): [number, number][] => {
      if (!('queue' in entry) || entry.queue !== queue) return [];
      if (entry.what === 'arrived') return [[entry.at, 1]];
      return entry.what === 'called' || entry.what === 'gave-up' ? [[entry.at, -1]] : [];
    });
    return (at) => steps.reduce((sum, [when, by]) => (when <= at ? sum + by : sum), 0);
  }

  /** When somebody waits for a window who was not called at once. */
  #waitsFor(window: string): Span[] {
    const queues = this.#hall.windows.find(({ id }) => id === window)!.queueIds;
    return merged(
      queues.flatMap((queue) => this.#waitsOver(queue, 10)),
      0,
    );
  }

  /** For each who waits so long, from then until he is called or gone. */
  #waitsOver(queue: string, sec: number): Span[] {
    const gone = new Map(
      this.#all.flatMap((e) => (e.what === 'called' || e.what === 'gave-up' ? [[e.ticket, e.at]] : [])),
    );
    return this.#all
      .flatMap((e) => (e.what === 'arrived' && e.queue === queue ? [e] : []))
      .map(({ ticket, at }) => ({ from: at + sec, to: gone.get(ticket) ?? Infinity }))
      .filter(({ from, to }) => to > from);
  }

  /** When people wait for a window, in any of its queues. */
  #waitingFor(window: string): Span[] {
    const queues = this.#hall.windows.find(({ id }) => id === window)!.queueIds.map((id) => this.#lineOf(id));
    const some = this.#instants.slice(0, -1).flatMap((from, i) => {
      return queues.some((line) => line(from) > 0) ? [{ from, to: this.#instants[i + 1]! }] : [];
    });
    return merged(some, 0);
  }
}

/**
 * When alarms are due of something that is so in these stretches: once it has lasted, and the gate is open; again only
 * after it was over for the clear time.
 */
function alarms(spans: Span[], lastsSec: number, clearSec: number, gate?: Span[]): number[] {
  const due: number[] = [];
  let quietFrom = -Infinity;
  for (const { from, to } of spans) {
    const ripe = from + lastsSec;
    const open = gate ? gate.filter((span) => span.to > ripe).map((span) => Math.max(span.from, ripe))[0] : ripe;
    const goesOn = from - quietFrom < clearSec;
    if (!goesOn && (open === undefined || open >= to)) continue;
    if (!goesOn) due.push(open!);
    quietFrom = to;
  }
  return due;
}

function merged(spans: Span[], gap: number): Span[] {
  const out: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last && span.from <= last.to + gap) last.to = Math.max(last.to, span.to);
    else out.push({ ...span });
  }
  return out;
}

function both(a: Span[], b: Span[]): Span[] {
  return a.flatMap(({ from, to }) =>
    b
      .map((span) => ({ from: Math.max(from, span.from), to: Math.min(to, span.to) }))
      .filter((span) => span.to > span.from),
  );
}

function without(spans: Span[], holes: Span[]): Span[] {
  return holes.reduce(
    (rest, hole) =>
      rest
        .flatMap(({ from, to }) => [
          { from, to: Math.min(to, hole.from) },
          { from: Math.max(from, hole.to), to },
        ])
        .filter(({ from, to }) => to > from),
    spans,
  );
}
