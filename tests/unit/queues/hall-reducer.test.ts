import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { minutes, TEN } from '../../helpers/hall-fixture.ts';
import { applyEvent, newHallState, type HallState } from '../../../server/features/queues/hall-reducer.ts';
import type { HallEvent } from '../../../server/features/queues/ports.ts';
import { cancelled, event, issued, ticket, transferred } from './events.ts';

const NOW = TEN + minutes(60);
const replay = (events: readonly HallEvent[]): HallState => {
  const state = newHallState('Asia/Shanghai', TEN);
  for (const each of events) applyEvent(state, each);
  return state;
};
const figuresOf = (state: HallState, queue = 'soc') => state.queues.get(queue)?.figures(NOW);
const waiting = (state: HallState) =>
  [...state.queues].flatMap(([queue, book]) =>
    [...book.waitingTickets()].map(([tid, since]) => `${queue} ${tid} ${since}`),
  );
/** Everything that can be seen of the tickets of a state. */
const visible = (state: HallState) => ({
  waiting: waiting(state).sort(),
  figures: ['soc', 'tax'].map((queue) => figuresOf(state, queue) ?? null),
});

describe('tickets of a hall', () => {
  it('wait from issue to call', () => {
    const state = replay([issued(0, 'A1'), issued(60, 'A2'), issued(120, 'A3'), ticket(180, 'called', 'A1')]);
    expect(figuresOf(state)).toEqual({
      waiting: 2,
      longestSince: new Date(TEN + 60_000).toISOString(),
      meanIssuedAt: new Date(TEN + 90_000).toISOString(),
      servedWaitSec: 180,
      issuedToday: 3,
      calledToday: 1,
      completedToday: 0,
    });
  });

  it('no longer wait when cancelled, skipped, or started without a call that was heard', () => {
    const state = replay([
      ...['A1', 'A2', 'A3'].map((tid) => issued(0, tid)),
      cancelled(10, 'A1'),
      ticket(20, 'skipped', 'A2'),
      ticket(30, 'started', 'A3'),
    ]);
    expect(figuresOf(state)).toMatchObject({ waiting: 0, calledToday: 2 });
  });

  it('are counted as called once, however often they are recalled', () => {
    const recalls = [20, 30, 40].map((second) => ticket(second, 'recalled', 'A1'));
    expect(figuresOf(replay([issued(0, 'A1'), ticket(10, 'called', 'A1'), ...recalls]))).toMatchObject({
      calledToday: 1,
    });
  });

  it('wait again, from the transfer on, in the queue they are sent to', () => {
    const before = [issued(0, 'A1'), ticket(60, 'called', 'A1'), transferred(90, 'A1', 'tax')];
    const state = replay(before);
    expect(figuresOf(state)).toMatchObject({ waiting: 0, issuedToday: 1, calledToday: 1 });
    expect(figuresOf(state, 'tax')).toMatchObject({
      waiting: 1,
      issuedToday: 0,
      longestSince: new Date(TEN + 90_000).toISOString(),
    });
    const after = replay([
      ...before,
      ticket(120, 'called', 'A1', 'w02', 'tax'),
      ticket(200, 'completed', 'A1', 'w02', 'tax'),
    ]);
    expect(figuresOf(after, 'tax')).toMatchObject({ waiting: 0, calledToday: 1, completedToday: 1, servedWaitSec: 30 });
  });

  it('that were called do not wait, even where clocks put the call before the issue', () => {
    expect(figuresOf(replay([issued(10, 'A1'), ticket(5, 'called', 'A1')]))).toMatchObject({
      waiting: 0,
      servedWaitSec: 0,
    });
  });

  it('leave the average of those served after an hour', () => {
    const state = replay([issued(0, 'A1'), ticket(60, 'called', 'A1')]);
    expect(state.queues.get('soc')!.figures(TEN + minutes(61) - 1).servedWaitSec).toBe(60);
    expect(state.queues.get('soc')!.figures(TEN + minutes(61))).toMatchObject({ servedWaitSec: null, calledToday: 1 });
  });

  it('are forgotten at midnight, and what comes late from the day before is not counted', () => {
    const nextMorning = 23 * 3600;
    const state = replay([issued(0, 'A1'), issued(nextMorning, 'B1'), ticket(60, 'called', 'A2')]);
    expect(waiting(state)).toEqual([`soc B1 ${TEN + nextMorning * 1_000}`]);
    expect(figuresOf(state)).toMatchObject({ issuedToday: 1, calledToday: 0 });
  });
});

/** A ticket's life as it may honestly go, at random moments. */
const life = (tid: string) =>
  fc
    .tuple(
      fc.integer({ min: 0, max: 1_000 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 8, maxLength: 8 }),
      fc.nat(6),
    )
    .map(([start, gaps, end]) => {
      const at = (step: number) => start + gaps.slice(0, step).reduce((a, b) => a + b, 0);
      const call = ticket(at(1), 'called', tid);
      const ways: HallEvent[][] = [
        [],
        [cancelled(at(1), tid)],
        [call, ticket(at(2), 'recalled', tid), ticket(at(3), 'skipped', tid)],
        [call, ticket(at(2), 'started', tid), ticket(at(3), 'completed', tid)],
        [call, transferred(at(2), tid, 'tax')],
        [call, transferred(at(2), tid, 'tax'), cancelled(at(3), tid, 'tax')],
        [
          call,
          transferred(at(2), tid, 'tax'),
          ticket(at(3), 'called', tid, 'w02', 'tax'),
          ticket(at(4), 'completed', tid, 'w02', 'tax'),
        ],
      ];
      return [issued(start, tid), ...ways[end]!];
    });
const lives = fc
  .integer({ min: 1, max: 12 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => life(`T${i}`))))
  .map((all) => all.flat().sort((a, b) => a.at - b.at));

describe('whatever happens to tickets', () => {
  it('events in another order end in the same state', () => {
    const shuffled = lives.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
    );
    fc.assert(
      fc.property(shuffled, ([inOrder, any]) => {
        expect(visible(replay(any))).toEqual(visible(replay(inOrder)));
      }),
    );
  });

  it('repeated events change nothing', () => {
    const repeated = lives.chain((events) => fc.tuple(fc.constant(events), fc.subarray(events)));
    fc.assert(
      fc.property(repeated, ([events, again]) => {
        expect(visible(replay([...events, ...again]))).toEqual(visible(replay(events)));
      }),
    );
  });

  it('a restart in the middle changes nothing: the log so far, then the rest with an overlap', () => {
    fc.assert(
      fc.property(lives, fc.nat(), fc.nat(5), (events, cut, overlap) => {
        const at = cut % (events.length + 1);
        const restarted = replay(events.slice(0, at));
        for (const each of events.slice(Math.max(0, at - overlap))) applyEvent(restarted, each);
        expect(visible(restarted)).toEqual(visible(replay(events)));
      }),
    );
  });

  it('no count is ever negative, and no more are completed than were called', () => {
    const any = lives.chain((events) => fc.shuffledSubarray(events));
    fc.assert(
      fc.property(any, (events) => {
        const state = newHallState('Asia/Shanghai', TEN);
        for (const each of events) {
          applyEvent(state, each);
          for (const queue of state.queues.keys()) {
            const { waiting: waits, issuedToday, calledToday, completedToday } = figuresOf(state, queue)!;
            expect(Math.min(waits, issuedToday, calledToday, completedToday)).toBeGreaterThanOrEqual(0);
            expect(completedToday).toBeLessThanOrEqual(calledToday);
          }
        }
      }),
    );
  });
});

describe('a device gone mad', () => {
  it('fills no memory with recalls', () => {
    const state = replay([issued(0, 'A1'), ...Array.from({ length: 500 }, (_, i) => ticket(i, 'recalled', 'A1'))]);
    expect(state.tickets.get('A1')!.facts.length).toBeLessThanOrEqual(32);
  });

  it('is ignored where it says nothing of a ticket', () => {
    const state = replay([event(0, { type: 'rating.timeout', tid: 'A1', window: 'w01' })]);
    expect([state.tickets.size, state.windows.size]).toEqual([0, 0]);
  });
});
