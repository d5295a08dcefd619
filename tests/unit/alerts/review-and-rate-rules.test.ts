import { beforeEach, describe, expect, it } from 'vitest';
import { findings } from '../../../server/features/alerts/rule-logic.ts';
import { ofTicket } from '../../../server/features/alerts/condition.ts';
import { badReview } from '../../../server/features/alerts/rules/bad-review.ts';
import { lateFinishRate } from '../../../server/features/alerts/rules/late-finish-rate.ts';
import { noShowRate } from '../../../server/features/alerts/rules/no-show-rate.ts';
import { reviewAnomaly } from '../../../server/features/alerts/rules/review-anomaly.ts';
import { HallJournal } from '../../../server/features/queues/hall-journal.ts';
import type { HallStatement } from '../../../server/features/queues/ports.ts';
import { hallView, minutes, TEN } from '../../helpers/hall-fixture.ts';

const timing = { ladder: [{ afterSec: 60, severity: 'blue' as const }], clearAfterSec: 0 };
let journal: HallJournal;
let count = 0;
beforeEach(() => {
  journal = new HallJournal();
});

function note(body: HallStatement, at: number, backfilled = false): void {
  count += 1;
  journal.note({ id: `e${count}`, hallId: 'hall-a', deviceId: 'w01', windowId: 'w01', at, backfilled, body });
}
const ticket = (no: number) => ({ tid: `t${no}`, no: `A${no}`, queue: 'soc', window: 'w01' });
const rated = (no: number, score: number): HallStatement => ({
  ...{ type: 'rating.submitted', tid: `t${no}`, window: 'w01' },
  ...{ score, tags: [], via: 'rater' },
});
const unrated = (no: number) => ({ type: 'rating.timeout', tid: `t${no}`, window: 'w01' }) as const;
const view = () => hallView({}, { journal });

describe('bad review', () => {
  const params = { ...timing, worstScore: 2, holdSec: 1800 };
  const judge = () => findings(badReview, view(), params, () => null);

  it('is each of the lowest scores, an alert of its own, for its time', () => {
    note({ type: 'ticket.started', ...ticket(1) }, TEN - minutes(15));
    note(rated(1, 2), TEN - minutes(10));
    note(rated(2, 3), TEN - minutes(5));
    note(unrated(3), TEN - minutes(4));
    note(rated(4, 1), TEN - minutes(1));
    expect(judge().filter(({ condition }) => condition.is === 'present')).toEqual([
      {
        subject: ofTicket('t1', 'w01'),
        condition: { is: 'present', since: TEN - minutes(10), armed: true, endsAt: TEN + minutes(20) },
        facts: { score: 2, ticketNo: 'A1' },
      },
      {
        subject: ofTicket('t4', 'w01'),
        condition: { is: 'present', since: TEN - minutes(1), armed: true, endsAt: TEN + minutes(29) },
        facts: { score: 1, ticketNo: null },
      },
    ]);
  });

  it('is over after that time', () => {
    note(rated(1, 1), TEN - minutes(30));
    expect(judge()[0]!.condition).toEqual({ is: 'absent', since: TEN, beginsAt: null });
  });

  it('raises nothing of what a rater kept back', () => {
    note(rated(1, 1), TEN - minutes(10), true);
    expect(judge()).toEqual([]);
  });
});

describe('review anomaly', () => {
  const params = { ...timing, topScores: 3, withinSec: 60, holdSec: 600, unrated: 4 };
  const judge = () => findings(reviewAnomaly, view(), params, () => null)[0]!;

  it('is a burst of top scores, for its time', () => {
    for (const sec of [0, 30, 60]) note(rated(sec, 5), TEN - minutes(5) + sec * 1000);
    expect(judge()).toEqual({
      subject: { ...ofTicket('', 'w01'), ticketId: null },
      condition: { is: 'present', since: TEN - minutes(5), armed: true, endsAt: TEN + minutes(6) },
      facts: { topScores: 3, withinSec: 60 },
    });
  });

  it('is none where they come as visitors do, or other scores between are not the top', () => {
    for (const min of [5, 3, 1]) note(rated(min, 5), TEN - minutes(min));
    expect(judge().condition.is).toBe('absent');
    for (const sec of [3, 2, 1]) note(rated(100 + sec, 4), TEN - sec * 1000);
    expect(judge().condition.is).toBe('absent');
  });

  it('is a long run of visitors who did not answer, until one does', () => {
    note(rated(0, 5), TEN - minutes(60));
    for (let i = 1; i <= 4; i += 1) note(unrated(i), TEN - minutes(50 - i));
    expect(judge()).toMatchObject({ condition: { is: 'present', since: TEN - minutes(49) }, facts: { unrated: 4 } });
    note(rated(9, 4), TEN);
    expect(judge().condition.is).toBe('absent');
  });
});

describe('rates of an hour', () => {
  const noShow = () => findings(noShowRate, view(), { ...timing, share: 0.2, leastCalls: 5 }, () => null)[0]!;
  const late = () =>
    findings(lateFinishRate, view(), { ...timing, share: 0.2, leastServices: 3, overSec: 600 }, () => null)[0]!;
  const call = (no: number, min: number) => note({ type: 'ticket.called', ...ticket(no) }, TEN - minutes(min));
  const skip = (no: number, min: number) => note({ type: 'ticket.skipped', ...ticket(no) }, TEN - minutes(min));
  const serve = (no: number, from: number, took: number) => {
    note({ type: 'ticket.started', ...ticket(no) }, TEN - minutes(from));
    note({ type: 'ticket.completed', ...ticket(no) }, TEN - minutes(from - took));
  };

  it('of no-shows count what was called within the hour, and look again when the first is an hour ago', () => {
    for (let i = 0; i < 5; i += 1) call(i, 70 - 10 * i);
    skip(3, 39);
    // the first call is seventy minutes ago: four are too few
    expect(noShow()).toMatchObject({ condition: { is: 'absent' }, facts: { called: 3, percent: 33 } });
    for (let i = 5; i < 8; i += 1) call(i, 9 - i);
    expect(noShow()).toMatchObject({ condition: { is: 'absent' }, facts: { called: 6, percent: 17 } });
    skip(6, 1);
    expect(noShow()).toMatchObject({
      condition: { is: 'present', since: TEN, endsAt: TEN + minutes(10) },
      facts: { called: 6, percent: 33 },
    });
  });

  it('rise and fall by themselves as what happened comes to be an hour ago', () => {
    for (let i = 0; i < 6; i += 1) call(i, 58 - i);
    skip(6, 59);
    // one of six is in order; with fewer calls it may not be, though nothing happens
    expect(noShow()).toMatchObject({ condition: { is: 'absent', beginsAt: TEN + minutes(1) }, facts: { percent: 17 } });
    skip(5, 50);
    expect(noShow()).toMatchObject({ condition: { is: 'present', endsAt: TEN + minutes(1) }, facts: { percent: 33 } });
  });

  it('of late services count those that took longer than allowed', () => {
    serve(1, 55, 5);
    serve(2, 45, 5);
    serve(3, 30, 9);
    expect(late()).toMatchObject({ condition: { is: 'absent' }, facts: { finished: 3, percent: 0 } });
    serve(4, 20, 15);
    expect(late()).toMatchObject({
      condition: { is: 'present', endsAt: TEN + minutes(10) },
      facts: { finished: 4, percent: 25 },
    });
  });
});
