import type { HallDelta } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import { placesOf } from './hall-view.ts';
import type { HallHappening } from './ports.ts';
import type { Topic } from './rule-logic.ts';

/** What of a hall something new was said of; `all` where anything may be otherwise. `waiting`: queues in which others wait than before. */
export type Touched = 'all' | ReadonlyMap<Topic | 'waiting', ReadonlySet<string>>;

const THE_HALL: ReadonlySet<string> = new Set(['hall']);

export function touchedOne(topic: Topic, id: string): Touched {
  return new Map([[topic, new Set([id])]]);
}

/** A window's people wait in its queues, and who serves a queue stands at its windows. */
export function touchedBy(delta: HallDelta, hall: Hall): Touched {
  const { windows: byId } = placesOf(hall);
  const windows = new Set<string>();
  const waiting = new Set<string>();
  const queues = new Set<string>();
  for (const { windowId } of delta.windows ?? []) {
    windows.add(windowId);
    for (const queueId of byId.get(windowId)?.queueIds ?? []) queues.add(queueId);
  }
  for (const { queueId } of delta.queues ?? []) {
    queues.add(queueId);
    waiting.add(queueId);
  }
  const touched = new Map<Topic | 'waiting', ReadonlySet<string>>([
    ['window', windows],
    ['waiting', waiting],
    ['queue', queues],
  ]);
  return delta.inside === undefined ? touched : touched.set('hall', THE_HALL);
}

/** What an event touches that no row tells of: the rates of a hall, and reviews. Null: nothing. */
export function touchedByEvent({ windowId, body }: HallHappening, hall: Hall): Touched | null {
  switch (body.type) {
    case 'ticket.called':
    case 'ticket.skipped':
      return new Map([['hall', THE_HALL]]);
    case 'ticket.completed': {
      // how long services of this queue take is what the next ones are held against
      const windows = placesOf(hall).windowsOf(body.queue);
      return new Map([
        ['hall', THE_HALL],
        ['window', new Set(windows.map(({ id }) => id))],
      ]);
    }
    case 'rating.submitted':
    case 'rating.timeout':
      return new Map([
        ['review', new Set([body.tid])],
        ['window', new Set(windowId === null ? [] : [windowId])],
      ]);
    default:
      return null;
  }
}

export function bothTouched(a: Touched, b: Touched): Touched {
  if (a === 'all' || b === 'all') return 'all';
  const both = new Map(a);
  for (const [topic, ids] of b) both.set(topic, new Set([...(a.get(topic) ?? []), ...ids]));
  return both;
}
