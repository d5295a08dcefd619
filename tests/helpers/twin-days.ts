import { HallTwin } from '../../devices/simulators/hall/twin.ts';
import type { SimulatedHall } from '../../devices/simulators/city.ts';
import { Random } from '../../server/lib/random.ts';
import { SLOT_SEC, type Situation, type WindowNow } from '../../server/features/forecast/situation.ts';

/** Days run from 08:00 to 17:00; seconds of a day count from 08:00. */
export const DAY_SEC = 9 * 3600;
export const STEP_SEC = 900;
const weekdayFactor = [1.2, 1, 1, 0.95, 0.85];

/** A hall whose windows cannot keep up at the morning's peak and can at noon. */
export const busyHall: SimulatedHall = {
  id: 'test',
  region: 'test',
  seed: 1,
  queues: [
    { id: 'soc', prefix: 'A', arrivalsPerHour: 52, meanServiceMin: 8 },
    { id: 'tax', prefix: 'B', arrivalsPerHour: 24, meanServiceMin: 6 },
  ],
  windows: Array.from({ length: 10 }, (_, i) => ({
    id: `w${String(i + 1).padStart(2, '0')}`,
    label: String(i + 1),
    queueIds: i < 6 ? ['soc'] : i < 9 ? ['tax', 'soc'] : ['tax'],
    staff: `u-${i}`,
    extras: [],
  })),
  kiosks: ['k1'],
};

interface Person {
  queue: string;
  issuedAt: number;
  priority: boolean;
  wait: number | null;
}

/** What the terminals of a twin told in a day, and so all that a forecast may learn from. */
export interface TwinDay {
  /** 1 Monday .. 5 Friday. */
  weekday: number;
  /** How the hall stood at each step of the day. */
  situations: Situation[];
  people: Person[];
  /** By queue, how long a ticket kept its window where somebody waited for it to be free. */
  occupations: Map<string, number[]>;
}

/** Working days of a twin, some busier than others by weekday and by chance. */
export function twinDays(count: number, seed: number): TwinDay[] {
  const luck = new Random(seed);
  return Array.from({ length: count }, (_, day) => {
    const factor = weekdayFactor[day % 5]! * luck.logNormal(1, 0.12);
    const queues = busyHall.queues.map((queue) => ({ ...queue, arrivalsPerHour: queue.arrivalsPerHour * factor }));
    return twinDay({ ...busyHall, queues, seed: seed * 1000 + day }, (day % 5) + 1);
  });
}

/** Tickets issued in each slot of the day. */
export function issuedOf(day: TwinDay, queue: string): number[] {
  const slots = Array.from({ length: DAY_SEC / SLOT_SEC }, () => 0);
  for (const person of day.people) {
    if (person.queue === queue && person.issuedAt < DAY_SEC) slots[Math.floor(person.issuedAt / SLOT_SEC)]! += 1;
  }
  return slots;
}

function twinDay(hall: SimulatedHall, weekday: number): TwinDay {
  const twin = new HallTwin({
    hall,
    hourAt: (sec) => 8 + Math.floor(sec / 3600),
    wallAt: (sec) => 1_700_000_000_000 + sec * 1000,
    walkOffEverySec: 0,
    openingCrowd: 0,
  });
  const people = new Map<string, Person>();
  const waiting = new Set<Person>();
  const windows = new Map<string, WindowNow['now']>(hall.windows.map(({ id }) => [id, { is: 'closed' }]));
  const lastCall = new Map<string, { at: number; queue: string; ended: number }>();
  const occupations = new Map<string, number[]>(hall.queues.map(({ id }) => [id, []]));

  twin.noticed.on((notice) => {
    const { now } = twin;
    if (notice.device === 'kiosk') {
      const { id, queue, priority } = notice.ticket;
      const person = people.get(id) ?? { queue, issuedAt: now, priority, wait: null };
      people.set(id, person);
      if (notice.type === 'issued') waiting.add(person);
      else waiting.delete(person);
    }
    if (notice.device !== 'window') return;
    const { window, action } = notice;
    if (action.type === 'called') {
      const person = people.get(action.ticket.id)!;
      person.wait = now - person.issuedAt;
      waiting.delete(person);
      const before = lastCall.get(window);
      if (before && person.issuedAt <= before.ended) occupations.get(before.queue)!.push(now - before.at);
      lastCall.set(window, { at: now, queue: person.queue, ended: Infinity });
      windows.set(window, { is: 'busy', queueId: person.queue, calledAt: now });
    } else if (action.type === 'completed' || action.type === 'skipped') {
      lastCall.get(window)!.ended = now;
      windows.set(window, { is: 'idle' });
    } else if (action.type === 'paused') windows.set(window, { is: 'paused', backAt: now + action.plannedMin * 60 });
    else if (action.type === 'login' || action.type === 'resumed') windows.set(window, { is: 'idle' });
    else if (action.type === 'logout') windows.set(window, { is: 'closed' });
  });

  const situation = (at: number): Situation => ({
    queues: hall.queues.map(({ id }) => ({
      queueId: id,
      waiting: [...waiting]
        .filter(({ queue }) => queue === id)
        .map(({ issuedAt, priority }) => ({ issuedAt: issuedAt - at, priority })),
    })),
    windows: hall.windows.map(({ id, queueIds }) => ({ windowId: id, queueIds, now: fromNow(windows.get(id)!, at) })),
  });

  twin.open();
  const situations: Situation[] = [];
  for (let at = 0; at <= DAY_SEC; at += STEP_SEC) {
    twin.advanceTo(at);
    situations.push(situation(at));
  }
  twin.close();
  return { weekday, situations, people: [...people.values()], occupations };
}

function fromNow(window: WindowNow['now'], at: number): WindowNow['now'] {
  if (window.is === 'busy') return { ...window, calledAt: window.calledAt - at };
  return window.is === 'paused' ? { ...window, backAt: window.backAt - at } : window;
}
