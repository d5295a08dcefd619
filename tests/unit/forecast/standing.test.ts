import { describe, expect, it } from 'vitest';
import type { AdvisedAction } from '#contract/advice.ts';
import type { Judged } from '../../../server/features/forecast/advice/choice.ts';
import {
  isBarred,
  nextStep,
  QUIET_MS,
  STANDS_MS,
  type Given,
} from '../../../server/features/forecast/advice/standing.ts';
import { minutes, TEN } from '../../helpers/hall-fixture.ts';

const open: AdvisedAction = { kind: 'open', windowId: 'w09', queueId: 'soc' };
const given = (change: Partial<Given> = {}): Given => ({
  ...{ action: open, givenAt: TEN, ended: null, endedAt: null },
  ...change,
});
const judged = { action: open } as Judged;
const choice = (best: Judged | null, standingHolds = false) => ({
  ...{ best, standingHolds, standing: null, nothing: [] },
});

describe('the advice that stands', () => {
  it('is the best where none stood', () => {
    expect(nextStep(null, choice(judged), TEN)).toEqual({ end: null, give: judged });
    expect(nextStep(null, choice(null), TEN)).toEqual({ end: null, give: null });
  });

  it('stays while it holds, whatever else would be better now', () => {
    expect(nextStep(given(), choice(judged, true), TEN + minutes(10))).toEqual({ end: null, give: null });
  });

  it('is not taken back within minutes, and then when it is no longer needed', () => {
    expect(nextStep(given(), choice(null), TEN + minutes(2)).end).toBeNull();
    expect(nextStep(given(), choice(null), TEN + minutes(4)).end).toBe('eased');
  });

  it('ends when nobody follows it', () => {
    expect(nextStep(given(), choice(judged, true), TEN + STANDS_MS)).toEqual({ end: 'expired', give: null });
  });
});

describe('what contradicts a recent advice', () => {
  const queuesOf = (windowId: string) => (windowId === 'w02' ? ['soc'] : ['tax']);
  const barred = (action: AdvisedAction, before: Given, now = TEN + minutes(5)) =>
    isBarred(action, [before], { now, queuesOf });
  const over = (ended: Given['ended']) => given({ ended, endedAt: TEN });

  it.each([
    ['something else of the same window', { kind: 'lend', windowId: 'w09', queueId: 'tax' }],
    ['the same again', open],
    ['a window taken from the queue that was to be helped', { kind: 'lend', windowId: 'w02', queueId: 'tax' }],
  ] satisfies [string, AdvisedAction][])('%s', (_, action) => {
    expect(barred(action, over('taken'))).toBe(true);
    expect(barred(action, over('eased'))).toBe(true);
    expect(barred(action, over('eased'), TEN + QUIET_MS)).toBe(false);
  });

  it('is not: another window for the same queue, or what nobody followed', () => {
    expect(barred({ ...open, windowId: 'w10' }, over('taken'))).toBe(false);
    expect(barred(open, over('expired'))).toBe(false);
    expect(barred({ kind: 'lend', windowId: 'w03', queueId: 'soc' }, over('taken'))).toBe(false);
  });
});
