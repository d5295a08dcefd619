import { describe, expect, it } from 'vitest';
import type { QueueLive, WindowLive } from '#contract/hall-state.ts';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { waitOvertime } from '../../../server/features/alerts/rules/wait-overtime.ts';
import { at, hallLive, hallView, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';

const params = {
  ladder: [
    { afterSec: 1200, severity: 'yellow' as const },
    { afterSec: 1800, severity: 'red' as const },
  ],
  clearAfterSec: 60,
};

function judge(queue: QueueLive, windows: WindowLive[] = hallLive().windows) {
  return findings(waitOvertime, hallView({ queues: [queue], windows }), params, () => null).find(
    ({ subject }) => subject.queueId === 'soc',
  )!;
}

describe('wait overtime', () => {
  it('is present from the first rung on, since the ticket was taken', () => {
    const { condition, facts } = judge(queueRow({ waiting: 4, longestSince: at(TEN - minutes(20)) }));
    expect(condition).toEqual({ is: 'present', since: TEN - minutes(20), armed: true });
    expect(facts).toEqual({ waiting: 4, longestWaitSec: 1200 });
  });

  it('knows beforehand when it will begin', () => {
    const { condition } = judge(queueRow({ waiting: 1, longestSince: at(TEN - minutes(19)) }));
    expect(condition).toEqual({ is: 'absent', since: null, beginsAt: TEN + minutes(1) });
  });

  it('has nothing to wait for in an empty queue', () => {
    expect(judge(queueRow()).condition).toEqual({ is: 'absent', since: null, beginsAt: null });
  });

  it('is unknown when every caller of the queue is lost, and known as long as one is heard', () => {
    const queue = queueRow({ waiting: 4, longestSince: at(TEN - minutes(40)) });
    const lost = windowRow({ stale: true });
    expect(judge(queue, [lost, windowRow({ windowId: 'w02', stale: true })]).condition.is).toBe('unknown');
    expect(judge(queue, [lost, windowRow({ windowId: 'w02', state: 'unknown' })]).condition.is).toBe('unknown');
    expect(judge(queue, [lost, windowRow({ windowId: 'w02' })]).condition.is).toBe('present');
  });

  it('is known where no caller was ever heard: a hall may have kiosks alone', () => {
    const queue = queueRow({ waiting: 4, longestSince: at(TEN - minutes(40)) });
    expect(judge(queue, [windowRow({ state: 'unknown' })]).condition.is).toBe('present');
  });
});
