import { describe, expect, it } from 'vitest';
import { CallWatch, REST_MS } from '../../../client/calls/call-watch.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const blue = alertOf({ id: 'a' });
const red = alertOf({ id: 'b', severity: 'red' });

describe('what calls', () => {
  it('is what began to call since the last look, not what stood there at the first', () => {
    const watch = new CallWatch();
    expect(watch.fresh([blue])).toEqual([]);
    expect(watch.fresh([blue, red])).toEqual([red]);
    const graver = { ...blue, severity: 'yellow' as const };
    expect(watch.fresh([graver, red])).toEqual([graver]);
    const escalated = { ...graver, escalatedAt: graver.raisedAt };
    expect(watch.fresh([escalated, { ...red, status: 'acknowledged' }])).toEqual([escalated]);
    expect(watch.fresh([{ ...escalated, silenceId: 's' }])).toEqual([]);
  });
});

describe('the sound', () => {
  it('is of the gravest of many, and of a storm no more often than it may', () => {
    const watch = new CallWatch();
    const storm = Array.from({ length: 500 }, (_, i) => alertOf({ id: `s${i}` }));
    expect(watch.sound([...storm, red], [...storm, red], 0)).toBe('red');
    expect(watch.sound(storm, storm, REST_MS - 1)).toBe(null);
    expect(watch.sound([blue], [blue], REST_MS)).toBe('blue');
  });

  it('comes again until somebody acknowledges: of red soon, of a reminder never', () => {
    const watch = new CallWatch();
    expect(watch.sound([red, blue], [red, blue], 0)).toBe('red');
    expect(watch.sound([], [red, blue], 14_999)).toBe(null);
    expect(watch.sound([], [red, blue], 15_000)).toBe('red');
    expect(watch.sound([], [{ ...red, status: 'acknowledged' }, blue], 3_600_000)).toBe(null);
  });
});
