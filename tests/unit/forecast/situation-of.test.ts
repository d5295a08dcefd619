import { expect, it } from 'vitest';
import type { WindowLive } from '#contract/hall-state.ts';
import { situationOf } from '../../../server/features/forecast/situation-of.ts';
import { at, hall, hallLive, minutes, TEN, windowRow } from '../../helpers/hall-fixture.ts';

const live = (change: Partial<WindowLive>) => hallLive({ windows: [windowRow(change)] });
const firstWindow = (change: Partial<WindowLive>) => situationOf(hall, live(change), () => []).windows[0]!.now;

it('begins with those who wait, the first in line first', () => {
  const waiting = (queueId: string) => (queueId === 'soc' ? [TEN - minutes(1), TEN - minutes(5)] : []);
  expect(situationOf(hall, live({}), waiting).queues).toEqual([
    {
      queueId: 'soc',
      waiting: [
        { issuedAt: -300, priority: false },
        { issuedAt: -60, priority: false },
      ],
    },
    { queueId: 'tax', waiting: [] },
  ]);
});

it.each([
  ['idle', {}, { is: 'idle' }],
  ['serving', { since: at(TEN - minutes(4)) }, { is: 'busy', queueId: 'soc', calledAt: -240 }],
  ['paused', { since: at(TEN - minutes(4)), pausePlannedMin: 5 }, { is: 'paused', backAt: 60 }],
  ['paused', { since: at(TEN - minutes(40)), pausePlannedMin: 5 }, { is: 'paused', backAt: 60 }],
  ['idle', { seat: 'empty' }, { is: 'paused', backAt: 300 }],
  ['closed', {}, { is: 'closed' }],
  ['unknown', {}, { is: 'closed' }],
  ['serving', { stale: true }, { is: 'closed' }],
] as const)('takes a window that is %s (%o) for %o', (state, change, now) => {
  expect(firstWindow({ state, ...change })).toEqual(now);
});

it('takes a window that nobody has heard of for closed', () => {
  expect(situationOf(hall, live({}), () => []).windows[1]).toEqual({
    windowId: 'w02',
    queueIds: ['soc', 'tax'],
    now: { is: 'closed' },
  });
});
