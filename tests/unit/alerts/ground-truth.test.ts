import { describe, expect, it } from 'vitest';
import { watchTwin } from '../../helpers/alert-score.ts';
import { truthKinds } from '../../helpers/alert-truth.ts';
import { smallHall } from '../../helpers/small-hall.ts';

describe('alerts of simulated days', () => {
  it('are what really happened: none wrong, none missed, each at its time', { timeout: 60_000 }, async () => {
    const { scores, faults } = await watchTwin(smallHall, { days: 4, seed: 5, calm: false });
    expect(faults).toEqual([]);
    for (const { kind, due, right, worstDelayMs } of scores) {
      expect([kind, right]).toEqual([kind, due]);
      expect(worstDelayMs).toBeLessThan(100);
    }
    // a kind that nothing happened of was not tested
    const seen = scores.filter(({ due }) => due > 0).map(({ kind }) => kind);
    expect(truthKinds.filter((kind) => !seen.includes(kind))).toEqual([]);
  });

  it('are none on days on which nothing is wrong', { timeout: 60_000 }, async () => {
    const { alerts } = await watchTwin(smallHall, { days: 2, seed: 11, calm: true });
    expect(alerts.map(({ kind, raisedAt }) => `${kind} ${raisedAt}`)).toEqual([]);
  });
});
