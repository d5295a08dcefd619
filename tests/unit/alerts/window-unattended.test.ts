import { describe, expect, it } from 'vitest';
import type { WindowLive } from '#contract/hall-state.ts';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { windowUnattended } from '../../../server/features/alerts/rules/window-unattended.ts';
import { at, hallView, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';

const params = { ladder: [{ afterSec: 300, severity: 'blue' as const }], clearAfterSec: 15, onlyWhileWaiting: true };
const twoWait = queueRow({ waiting: 2, longestSince: at(TEN - minutes(7)) });

function judge(row: WindowLive, { waiting = true, held = null as number | null, onlyWhileWaiting = true } = {}) {
  const view = hallView({ windows: [row], queues: waiting ? [twoWait] : [queueRow()] });
  return findings(windowUnattended, view, { ...params, onlyWhileWaiting }, () => held).find(
    ({ subject }) => subject.windowId === 'w01',
  )!;
}

describe('window unattended', () => {
  it('has one finding for every window of the hall, heard of or not', () => {
    const found = findings(windowUnattended, hallView({ windows: [] }), params, () => null);
    expect(found.map(({ subject, condition }) => [subject.windowId, condition.is])).toEqual([
      ['w01', 'unknown'],
      ['w02', 'unknown'],
    ]);
  });

  it('lasts since the seat was left when the window was open before', () => {
    const row = windowRow({ state: 'serving', seat: 'empty', seatSince: at(TEN - minutes(4)), ticketNo: 'A012' });
    const { condition, facts } = judge(row);
    expect(condition).toEqual({ is: 'present', since: TEN - minutes(4), armed: true });
    expect(facts).toEqual({ waiting: 2, longestWaitSec: 420, ticketNo: 'A012', staff: 'u1' });
  });

  it('lasts since the window opened when the seat was empty before', () => {
    const row = windowRow({ seat: 'empty', seatSince: at(TEN - minutes(600)), since: at(TEN - minutes(3)) });
    expect(judge(row).condition).toMatchObject({ is: 'present', since: TEN - minutes(3) });
  });

  it('keeps its beginning when the empty window goes from idle to calling', () => {
    const row = windowRow({ state: 'calling', seat: 'empty', seatSince: at(TEN - minutes(8)), since: at(TEN) });
    expect(judge(row, { held: TEN - minutes(8) }).condition).toMatchObject({ since: TEN - minutes(8) });
  });

  it('does not take for waiting who is called at once, and knows when he will have waited', () => {
    const row = windowRow({ seat: 'empty', seatSince: at(TEN - minutes(8)) });
    const queues = [queueRow({ waiting: 1, longestSince: at(TEN - 2_000) })];
    const [found] = findings(windowUnattended, hallView({ windows: [row], queues }), params, () => null);
    expect(found!.condition).toMatchObject({ is: 'present', armed: false, armsAt: TEN + 8_000 });
  });

  it('lasts but raises nothing while no one waits, unless the rule does not ask for that', () => {
    const row = windowRow({ seat: 'empty', seatSince: at(TEN - minutes(8)) });
    expect(judge(row, { waiting: false }).condition).toMatchObject({ is: 'present', armed: false });
    expect(judge(row, { waiting: false, onlyWhileWaiting: false }).condition).toMatchObject({ armed: true });
  });

  it.each(['closed', 'paused'] as const)('is over when the window is %s, since then', (state) => {
    const row = windowRow({ state, since: at(TEN - minutes(1)), seat: 'empty', seatSince: at(TEN - minutes(9)) });
    expect(judge(row, { held: TEN - minutes(9) }).condition).toEqual({
      ...{ is: 'absent', since: TEN - minutes(1), beginsAt: null },
    });
  });

  it('is over when the seat is taken, since then', () => {
    const row = windowRow({ seatSince: at(TEN - minutes(2)) });
    expect(judge(row, { held: TEN - minutes(9) }).condition).toEqual({
      ...{ is: 'absent', since: TEN - minutes(2), beginsAt: null },
    });
  });

  it.each([
    ['its caller is lost', { stale: true, seat: 'empty' }],
    ['its caller is lost and the window was closed', { stale: true, state: 'closed' }],
    ['its caller was never heard', { state: 'unknown', since: null, seat: 'empty' }],
    ['nothing tells of the seat', { seat: 'unknown', seatSince: null }],
  ] as const)('is unknown while %s', (_why, change) => {
    expect(judge(windowRow(change)).condition).toEqual({ is: 'unknown' });
  });

  it('counts everyone who waits for any of its queues', () => {
    const view = hallView({
      windows: [windowRow({ windowId: 'w02', seat: 'empty', seatSince: at(TEN) })],
      queues: [twoWait, queueRow({ queueId: 'tax', waiting: 3, longestSince: at(TEN - minutes(9)) })],
    });
    const found = findings(windowUnattended, view, params, () => null);
    expect(found[1]!.facts).toMatchObject({ waiting: 5, longestWaitSec: 540 });
  });
});
