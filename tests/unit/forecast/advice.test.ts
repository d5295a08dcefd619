import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { done } from '../../../server/features/forecast/advice/action.ts';
import { choose, WORTH_OF_PROMISE, type Asked, type Choice } from '../../../server/features/forecast/advice/choice.ts';
import { Course } from '../../../server/features/forecast/advice/course.ts';
import type { Demand, Situation, WindowNow } from '../../../server/features/forecast/situation.ts';

const PROMISE = 900;
const busy = { is: 'busy', queueId: 'soc', calledAt: -60 } as const;
const window = (windowId: string, now: WindowNow['now'], queueIds = ['soc']) => ({ windowId, queueIds, now });
const queue = (queueId: string, waiting: number) => ({
  queueId,
  waiting: Array.from({ length: waiting }, (_, i) => ({ issuedAt: -60 * (waiting - i), priority: false })),
});
const demand = (queueId: string, perHour: number): Demand => ({
  queueId,
  arrivals: Array<number>(24).fill(perHour / 12),
  occupationSec: [240, 400, 480, 800],
  priorityShare: 0,
});

/** Twelve wait for four windows that cannot keep up; w09 is closed, w10 serves tax and has nothing to do. */
const crowded: Situation = {
  queues: [queue('soc', 12), queue('tax', 0)],
  windows: [
    ...['w01', 'w02', 'w03', 'w04'].map((id) => window(id, busy)),
    window('w09', { is: 'closed' }),
    window('w10', { is: 'idle' }, ['tax']),
  ],
};
const asked = (change: Partial<Asked> = {}): Asked => ({
  situation: crowded,
  demand: [demand('soc', 36), demand('tax', 2)],
  promises: [PROMISE, PROMISE],
  seed: 7,
  isOpenable: () => true,
  standing: null,
  isBarred: () => false,
  ...change,
});

function chosen(question: Asked): Choice {
  const course = choose(question);
  for (;;) {
    const { done: over, value } = course.next();
    if (over) return value;
  }
}

function run(course: Course, runs: number): Course {
  for (const step of course.run(runs)) expect(step).toBeUndefined();
  return course;
}

describe('the choice of what to do now', () => {
  it('opens the closed window of a queue that breaks its promise, and tells both courses', () => {
    const { best } = chosen(asked({ isBarred: ({ kind }) => kind === 'lend' }));
    expect(best?.action).toEqual({ kind: 'open', windowId: 'w09', queueId: 'soc' });
    const [without, then] = [best!.without[0]!, best!.with[0]!];
    expect(without.middle).toBeGreaterThan(PROMISE);
    expect(without.middle - then.middle).toBeGreaterThan(WORTH_OF_PROMISE * PROMISE);
    expect(without.low).toBeLessThanOrEqual(without.middle);
    expect(best!.load).toBeCloseTo((36 * 480) / 3600, 9);
  });

  it('says the same again for the same seed, and its courses are those that anybody can run again', () => {
    const { best } = chosen(asked());
    expect(chosen(asked()).best).toEqual(best);
    const options = { seed: 7, promises: [PROMISE, PROMISE] };
    const course = run(new Course(done(crowded, best!.action), asked().demand, options), best!.runs);
    expect(course.peak(0)).toEqual(best!.with[0]);
  });

  it('lends an idle window where none is closed', () => {
    const windows = crowded.windows.filter(({ windowId }) => windowId !== 'w09');
    const { best } = chosen(asked({ situation: { ...crowded, windows } }));
    expect(best?.action).toEqual({ kind: 'lend', windowId: 'w10', queueId: 'soc' });
  });

  it('lends no window whose own queue would pay for it', () => {
    const windows = crowded.windows.filter(({ windowId }) => windowId !== 'w09');
    const crowdedToo = [demand('soc', 36), demand('tax', 9)];
    expect(chosen(asked({ situation: { ...crowded, windows }, demand: crowdedToo })).best).toBeNull();
  });

  it.each([
    ['every promise is kept', { promises: [7200, 7200] }],
    [
      'nobody could open the window, and the idle one was spoken of a moment ago',
      {
        isOpenable: () => false,
        isBarred: () => true,
      },
    ],
    [
      'it would not help: nobody serves that queue at all',
      {
        situation: { ...crowded, windows: crowded.windows.map((w) => ({ ...w, queueIds: ['tax'], now: busy })) },
      },
    ],
  ] satisfies [string, Partial<Asked>][])('advises nothing where %s', (_, change) => {
    expect(chosen(asked(change)).best).toBeNull();
  });

  it('goes on with what it advised while that is worth half as much', () => {
    const standing = { kind: 'open', windowId: 'w09', queueId: 'soc' } as const;
    const { standing: told, standingHolds, best } = chosen(asked({ standing }));
    expect(standingHolds).toBe(true);
    expect(told).toEqual(best);
    const eased = { ...crowded, queues: [queue('soc', 2), queue('tax', 0)] };
    expect(chosen(asked({ standing, situation: eased, demand: [demand('soc', 4), demand('tax', 2)] }))).toMatchObject({
      standingHolds: false,
    });
  });

  it('never advises what is worse than doing nothing', () => {
    const state = fc.constantFrom<WindowNow['now']>(
      { is: 'closed' },
      { is: 'idle' },
      busy,
      { ...busy, calledAt: -700 },
      { is: 'paused', backAt: 300 },
    );
    const queues = fc.subarray(['soc', 'tax'], { minLength: 1 });
    const anything = fc.record({
      windows: fc.array(fc.tuple(state, queues), { minLength: 1, maxLength: 7 }),
      waiting: fc.tuple(fc.nat(15), fc.nat(15)),
      perHour: fc.tuple(fc.nat(40), fc.nat(40)),
      seed: fc.nat(),
    });
    let advised = 0;
    fc.assert(
      fc.property(anything, ({ windows, waiting, perHour, seed }) => {
        const situation = {
          queues: [queue('soc', waiting[0]), queue('tax', waiting[1])],
          windows: windows.map(([now, queueIds], i) => window(`w${i}`, now, queueIds)),
        };
        const question = asked({
          situation,
          demand: [demand('soc', perHour[0]), demand('tax', perHour[1])],
          seed,
          runs: 40,
        });
        const { best } = chosen(question);
        if (best === null) return;
        advised += 1;
        const late = (from: Situation) => run(new Course(from, question.demand, question), best.runs).lateSec();
        expect(late(done(situation, best.action))).toBeLessThan(late(situation));
        const helped = best.action.queueId === 'soc' ? 0 : 1;
        expect(best.with[helped]!.middle).toBeLessThan(best.without[helped]!.middle);
        const other = 1 - helped;
        expect(best.with[other]!.middle).toBeLessThanOrEqual(
          Math.max(PROMISE, best.without[other]!.middle + 0.15 * PROMISE),
        );
      }),
      { numRuns: 40, seed: 5 },
    );
    expect(advised).toBeGreaterThan(5);
  });
});

describe('two courses of one seed', () => {
  it('are the same chance: with one window more nobody waits longer, run by run', () => {
    const options = { seed: 3, promises: [PROMISE] };
    const situation = { queues: [crowded.queues[0]!], windows: crowded.windows.slice(0, 4) };
    const more = { ...situation, windows: [...situation.windows, window('w09', { is: 'idle' })] };
    const [as, then] = [situation, more].map((from) => new Course(from, [demand('soc', 36)], options));
    for (let runs = 1; runs <= 20; runs += 1) {
      const late = [as!, then!].map((course) => run(course, runs).lateSec() * runs);
      expect(late[1]).toBeLessThanOrEqual(late[0]!);
    }
  });
});
