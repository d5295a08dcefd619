import { describe, expect, it } from 'vitest';
import type { HallView } from '../../../server/features/alerts/hall-view.ts';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { earlyClose } from '../../../server/features/alerts/rules/early-close.ts';
import { longService } from '../../../server/features/alerts/rules/long-service.ts';
import { quantile } from '../../../server/features/alerts/rules/quantile.ts';
import { windowNeverOpened } from '../../../server/features/alerts/rules/window-never-opened.ts';
import { HallJournal } from '../../../server/features/queues/hall-journal.ts';
import { at, hallView, minutes, queueRow, TEN, windowRow } from '../../helpers/hall-fixture.ts';

const timing = { ladder: [{ afterSec: 600, severity: 'yellow' as const }], clearAfterSec: 0 };
/** The hall opened an hour ago and closes in two. */
const open = { open: true, from: TEN - minutes(60), until: TEN + minutes(120) };
const closedFor = (min: number) => windowRow({ state: 'closed', since: at(TEN - minutes(min)), staff: null });
const twoWait = queueRow({ waiting: 2, longestSince: at(TEN - minutes(4)) });

describe('window never opened', () => {
  const judge = (row = closedFor(900), hours: HallView['hours'] = open) =>
    findings(windowNeverOpened, hallView({ windows: [row], queues: [twoWait] }, { hours }), timing, () => null)[0]!;

  it('lasts since the hall opened', () => {
    expect(judge()).toMatchObject({
      condition: { is: 'present', since: TEN - minutes(60), armed: true },
      facts: { waiting: 2, longestWaitSec: 240, opensAt: at(TEN - minutes(60)) },
    });
  });

  it('is over when the window opens, and none of a window that was open and closed again', () => {
    expect(judge(windowRow({ since: at(TEN) })).condition).toEqual({ is: 'absent', since: TEN, beginsAt: null });
    expect(judge(closedFor(30)).condition.is).toBe('absent');
  });

  it('says nothing of a hall that is closed, or of which nobody knows when it opens, or a caller never heard', () => {
    expect(judge(closedFor(900), { ...open, open: false }).condition.is).toBe('absent');
    expect(judge(closedFor(900), null).condition.is).toBe('absent');
    expect(judge(windowRow({ state: 'unknown', since: null })).condition.is).toBe('unknown');
  });
});

describe('early close', () => {
  const judge = (row = closedFor(5), queue = twoWait, hours: HallView['hours'] = open) =>
    findings(earlyClose, hallView({ windows: [row], queues: [queue] }, { hours }), timing, () => null)[0]!;

  it('lasts since the window closed, and tells while people wait for it', () => {
    expect(judge()).toMatchObject({
      condition: { is: 'present', since: TEN - minutes(5), armed: true },
      facts: { waiting: 2, closesAt: at(TEN + minutes(120)) },
    });
    expect(judge(closedFor(5), queueRow()).condition).toMatchObject({ is: 'present', armed: false });
  });

  it('is none of a window that never opened, of a closed hall, or of one without a timetable', () => {
    expect(judge(closedFor(900)).condition.is).toBe('absent');
    expect(judge(closedFor(5), twoWait, { ...open, open: false }).condition.is).toBe('absent');
    expect(judge(closedFor(5), twoWait, null).condition.is).toBe('absent');
  });
});

describe('long service', () => {
  const params = { ...timing, factor: 2, leastServices: 5, otherwiseSec: 3600 };
  const journal = new HallJournal();
  const tell = (type: 'ticket.started' | 'ticket.completed', tid: string, minute: number) =>
    journal.note({
      ...{ id: `${tid} ${type}`, hallId: 'hall-a', deviceId: 'w01', windowId: 'w01', backfilled: false },
      at: TEN - minutes(200 - minute),
      body: { type, tid, no: tid, queue: 'soc', window: 'w01' },
    });
  const serving = (min: number) => windowRow({ state: 'serving', since: at(TEN - minutes(min)), ticketNo: 'A012' });
  const judge = (min: number) =>
    findings(longService, hallView({ windows: [serving(min)] }, { journal }), params, () => null)[0]!;

  it('goes by the rule itself before enough services are known', () => {
    tell('ticket.started', 'now', 0);
    expect(judge(50).condition).toEqual({ is: 'absent', since: null, beginsAt: TEN + minutes(10) });
    expect(judge(61).condition).toMatchObject({ is: 'present', since: TEN - minutes(1) });
  });

  it('goes by a multiple of the 90th percentile of its queue afterwards, and knows beforehand', () => {
    for (let i = 1; i <= 5; i += 1) {
      tell('ticket.started', `t${i}`, i * 20);
      tell('ticket.completed', `t${i}`, i * 20 + 2 * i + 0.005);
    }
    expect(judge(12)).toMatchObject({
      condition: { is: 'absent', beginsAt: TEN + minutes(8) + 600 },
      facts: { limitSec: 1201 },
    });
    expect(judge(25).condition).toMatchObject({ is: 'present', since: TEN - minutes(5) + 600 });
  });

  it('is over when the window does anything else', () => {
    const view = hallView({ windows: [windowRow({ since: at(TEN) })] }, { journal });
    expect(findings(longService, view, params, () => null)[0]!.condition).toEqual({
      ...{ is: 'absent', since: TEN, beginsAt: null },
    });
  });
});

it('a quantile is the value by nearest rank', () => {
  expect([0.5, 0.9, 1].map((share) => quantile([5, 1, 4, 2, 3], share))).toEqual([3, 5, 5]);
  expect(quantile([7], 0.9)).toBe(7);
});
