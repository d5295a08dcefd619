import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { rankOf } from '#contract/alert-rules.ts';
import { normal, step, type SubjectState } from '../../../server/features/alerts/alert-machine.ts';
import type { Condition } from '../../../server/features/alerts/condition.ts';

const timing = {
  ladder: [
    { afterSec: 300, severity: 'blue' as const },
    { afterSec: 600, severity: 'yellow' as const },
  ],
  clearAfterSec: 15,
};
const sec = (count: number) => count * 1000;
const present = (since: number, armed = true): Condition => ({ is: 'present', since, armed });
const absent = (since: number | null = null, beginsAt: number | null = null): Condition => ({
  is: 'absent',
  since,
  beginsAt,
});
const blue: SubjectState = { phase: 'raised', since: 0, severity: 'blue', clearingSince: null };

describe('alert machine', () => {
  it('builds until the first rung, and says when to look again', () => {
    expect(step(normal, present(0), timing, sec(299))).toEqual({
      state: { phase: 'building', since: 0 },
      effect: null,
      dueAt: sec(300),
    });
  });

  it('raises at the rung, and is due at the next one', () => {
    expect(step({ phase: 'building', since: 0 }, present(0), timing, sec(300))).toEqual({
      state: blue,
      effect: { do: 'raise', severity: 'blue', since: 0 },
      dueAt: sec(600),
    });
  });

  it('raises straight at the rung that was reached while no one looked', () => {
    expect(step(normal, present(0), timing, sec(700)).effect).toEqual({ do: 'raise', severity: 'yellow', since: 0 });
  });

  it('escalates once, and has nothing more to wait for on the last rung', () => {
    const escalated = step(blue, present(0), timing, sec(600));
    expect(escalated.effect).toEqual({ do: 'climb', severity: 'yellow' });
    expect(escalated.dueAt).toBeNull();
    expect(step(escalated.state, present(0), timing, sec(900)).effect).toBeNull();
  });

  it('counts but does nothing while it is not armed, and catches up when it is', () => {
    const waiting = step(normal, present(0, false), timing, sec(400));
    expect(waiting).toMatchObject({ state: { phase: 'building' }, effect: null });
    expect(step(waiting.state, present(0), timing, sec(420)).effect).toMatchObject({ do: 'raise', severity: 'blue' });
    expect(step(blue, present(0, false), timing, sec(700)).effect).toBeNull();
  });

  it('clears only after the condition was over for long enough, as of when it was over', () => {
    const clearing = step(blue, absent(sec(400)), timing, sec(401));
    expect(clearing).toEqual({ state: { ...blue, clearingSince: sec(400) }, effect: null, dueAt: sec(415) });
    expect(step(clearing.state, absent(sec(400)), timing, sec(415))).toEqual({
      state: normal,
      effect: { do: 'clear', clearedAt: sec(400) },
      dueAt: null,
    });
  });

  it('goes on as the same alert when the condition comes back in time', () => {
    const clearing = step(blue, absent(sec(400)), timing, sec(401)).state;
    const back = step(clearing, present(0), timing, sec(410));
    expect(back).toMatchObject({ state: blue, effect: null });
    expect(step(back.state, absent(sec(420)), timing, sec(421)).dueAt).toBe(sec(435));
  });

  it('keeps a raised alert and forgets a building one while no one can tell', () => {
    const clearing = step(blue, absent(sec(400)), timing, sec(401)).state;
    expect(step(clearing, { is: 'unknown' }, timing, sec(9999))).toEqual({ state: blue, effect: null, dueAt: null });
    expect(step({ phase: 'building', since: 0 }, { is: 'unknown' }, timing, sec(10)).state).toEqual(normal);
  });

  it('looks again when the condition is known to begin, even while it is clearing', () => {
    expect(step(normal, absent(null, sec(50)), timing, 0).dueAt).toBe(sec(50));
    expect(step(blue, absent(sec(400), sec(405)), timing, sec(401)).dueAt).toBe(sec(405));
  });

  it('whatever happens: one raise, then rising severities, then one clear', () => {
    const condition = fc.oneof(
      fc.boolean().map((armed) => ({ kind: 'present' as const, armed })),
      fc.constant({ kind: 'absent' as const }),
      fc.constant({ kind: 'unknown' as const }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), condition), { maxLength: 60 }), (course) => {
        let now = 0;
        let state: SubjectState = normal;
        let severity = -1;
        for (const [seconds, happens] of course) {
          now += sec(seconds);
          const held = state.phase === 'normal' ? now : state.since;
          const seen: Condition =
            happens.kind === 'present'
              ? present(held, happens.armed)
              : happens.kind === 'absent'
                ? absent(now)
                : { is: 'unknown' };
          const { state: next, effect, dueAt } = step(state, seen, timing, now);
          if (effect?.do === 'raise') expect(severity).toBe(-1);
          if (effect?.do === 'raise' || effect?.do === 'climb') {
            expect(rankOf(effect.severity)).toBeGreaterThan(severity);
            severity = rankOf(effect.severity);
          }
          if (effect?.do === 'clear') {
            expect(severity).toBeGreaterThanOrEqual(0);
            severity = -1;
          }
          expect(next.phase === 'raised').toBe(severity >= 0);
          if (dueAt !== null) expect(dueAt).toBeGreaterThan(now);
          state = next;
        }
      }),
    );
  });
});
