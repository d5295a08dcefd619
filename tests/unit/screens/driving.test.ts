import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { ScreenDrive } from '#contract/screens.ts';
import { emptyPool, heard, turn, type Pool } from '../../../server/features/screens/driving.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

const NOON = Date.parse('2026-03-02T12:00:00+08:00');
const drive: ScreenDrive = { severity: 'yellow', hallIds: null, show: 'hall', forSec: 60, everySec: 10 };
const alert = (id: string, change: Partial<Alert> = {}, raisedSec = 0) => {
  const raisedAt = new Date(NOON + raisedSec * 1000).toISOString();
  return alertOf({ id, severity: 'yellow', raisedAt, severityAt: raisedAt, ...change });
};
const hearAll = (pool: Pool, alerts: Alert[]) => alerts.reduce(heard, pool);
const idsOf = ({ changes }: ReturnType<typeof turn>) =>
  [...changes].map(([screen, to]) => [screen, to?.alert.id ?? null]);

/** What changes at each of these seconds after noon. */
function course(pool: Pool, free: string[], seconds: number[]) {
  return seconds.map((second) => {
    const result = turn(pool, free, NOON + second * 1000);
    pool = result.pool;
    return idsOf(result);
  });
}

describe('alerts that drive screens', () => {
  it('come the gravest first, of those alike the oldest, each on a screen of its own', () => {
    const pool = hearAll(emptyPool(drive), [
      alert('new', {}, 2),
      alert('old', {}, 1),
      alert('red', { severity: 'red' }, 3),
      alert('blue', { severity: 'blue' }),
    ]);
    expect(course(pool, ['a', 'b'], [5])).toEqual([
      [
        ['a', 'red'],
        ['b', 'old'],
      ],
    ]);
  });

  it('go back after their time, and the next has its turn', () => {
    const pool = hearAll(emptyPool(drive), [alert('one'), alert('two', {}, 1)]);
    expect(course(pool, ['a'], [0, 59, 60, 120])).toEqual([[['a', 'one']], [], [['a', 'two']], [['a', null]]]);
  });

  it('give way only to a graver one, and never sooner than a screen may change', () => {
    let { pool } = turn(heard(emptyPool(drive), alert('yellow')), ['a'], NOON);
    pool = hearAll(pool, [alert('other'), alert('red', { severity: 'red' }, 1)]);
    const soon = turn(pool, ['a'], NOON + 2000);
    expect([idsOf(soon), soon.wakeAt]).toEqual([[], NOON + 10_000]);
    expect(course(soon.pool, ['a'], [10, 20])).toEqual([[['a', 'red']], []]);
  });

  it('stay calm in a storm: five hundred alerts in ten seconds change a screen as often as it may', () => {
    let pool = emptyPool({ ...drive, everySec: 5 });
    let changes = 0;
    for (let i = 0; i < 500; i += 1) {
      pool = heard(pool, alert(`a${i}`, { severity: i % 7 === 0 ? 'red' : 'yellow' }, i / 50));
      const result = turn(pool, ['a'], NOON + i * 20);
      pool = result.pool;
      changes += result.changes.size;
    }
    expect(changes).toBeLessThanOrEqual(3);
    expect(pool.waiting.length).toBeLessThanOrEqual(100);
  });

  it('wait no more once somebody has seen them, or they are over, or old', () => {
    const waiting = heard(emptyPool(drive), alert('one'));
    for (const change of [{ status: 'acknowledged' as const }, { outcome: 'cleared' as const }]) {
      expect(heard(waiting, alert('one', change)).waiting).toEqual([]);
    }
    expect(course(waiting, ['a'], [301])).toEqual([[]]);
    expect(heard(emptyPool({ ...drive, hallIds: ['other'] }), alert('one')).waiting).toEqual([]);
  });

  it('come again when they climb', () => {
    const { pool } = turn(heard(emptyPool(drive), alert('one')), ['a'], NOON);
    expect(heard(pool, alert('one')).waiting).toEqual([]);
    expect(heard(pool, alert('one', { severity: 'red' })).waiting).toHaveLength(1);
  });
});
