import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { isEnd, live, liveThrough, unborn, type CaseEvent } from '../../../server/features/cases/case-machine.ts';

const accept = (at = 10): CaseEvent => ({ do: 'accept', at });
const begin = (at: number, procedure = 1, kind: 'correction' | 'hearing' = 'hearing'): CaseEvent => ({
  do: 'begin',
  ...{ at, procedure, kind },
});
const end = (at: number, procedure = 1): CaseEvent => ({ do: 'end', at, procedure });
const finish = (at: number, outcome: 'approved' | 'withdrawn' = 'approved'): CaseEvent => ({
  do: 'finish',
  at,
  outcome,
});

function after(...events: CaseEvent[]): string {
  const lived = liveThrough(events);
  return lived.ok ? lived.life.state : lived.why;
}

describe('the life of a case', () => {
  it.each([
    [[], 'draft'],
    [[accept()], 'accepted'],
    [[{ do: 'refuse', at: 5 }], 'refused'],
    [[{ do: 'return', at: 5 }], 'returned'],
    [[{ do: 'return', at: 5 }, accept()], 'accepted'],
    [[accept(), begin(11)], 'suspended'],
    [[accept(), begin(11, 1, 'correction')], 'correction'],
    [[accept(), begin(11, 1, 'correction'), begin(12, 2), end(13, 1)], 'suspended'],
    [[accept(), begin(11), end(12)], 'accepted'],
    [[accept(), begin(11), end(12), finish(12)], 'finished'],
    [[accept(), begin(11), finish(12, 'withdrawn')], 'finished'],
    [[accept(), { do: 'step', at: 11, step: 'review' }, finish(12)], 'finished'],
    [[accept(), { do: 'void', at: 11 }], 'voided'],
  ] as [CaseEvent[], string][])('%j: %s', (events, state) => {
    expect(after(...events)).toBe(state);
  });

  it.each([
    [[finish(10)], 'not-accepted'],
    [[accept(), finish(9)], 'before-acceptance'],
    [[accept(), begin(9)], 'before-acceptance'],
    [[accept(), accept(11)], 'not-from-this-state'],
    [[accept(), { do: 'refuse', at: 11 }], 'not-from-this-state'],
    [[accept(), begin(11), finish(12)], 'not-from-this-state'],
    [[accept(), end(11)], 'not-from-this-state'],
    [[accept(), finish(12), begin(13)], 'after-its-end'],
    [[accept(), finish(12), finish(13)], 'after-its-end'],
    [[accept(), { do: 'void', at: 11 }, finish(12)], 'after-its-end'],
    [
      [
        { do: 'refuse', at: 5 },
        { do: 'step', at: 6, step: 'review' },
      ],
      'after-its-end',
    ],
  ] as [CaseEvent[], string][])('%j is refused: %s', (events, why) => {
    expect(after(...events)).toBe(why);
  });

  it('does not depend on the order in which it is told', () => {
    const events = [accept(), begin(11), end(13), begin(12, 2), end(14, 2), finish(15)];
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(after(...shuffled)).toBe('finished');
      }),
      { numRuns: 30 },
    );
  });

  it('goes on from no end', () => {
    for (const last of [
      { do: 'refuse', at: 1 },
      { do: 'void', at: 1 },
    ] as CaseEvent[]) {
      const ended = live(unborn, last);
      expect(ended.ok && isEnd(ended.life.state)).toBe(true);
      expect(ended.ok && live(ended.life, accept())).toMatchObject({ ok: false, why: 'after-its-end' });
    }
  });
});
