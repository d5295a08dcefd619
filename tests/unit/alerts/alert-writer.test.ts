import { describe, expect, it } from 'vitest';
import type { AlertAct } from '#contract/alert-acts.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { AlertWriter } from '../../../server/features/alerts/alert-writer.ts';
import { actOf } from '../../../server/features/alerts/handling.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

/** A state of an alert, with the act that led to it. */
const change = (id: string, status: Alert['status'] = 'open', revision = 1): [Alert, AlertAct] => {
  const alert = alertOf({ id, status, revision });
  return [alert, actOf(alert, null)];
};
const away = new AppError('DATABASE_UNREACHABLE', 'gone');

function stage() {
  const clock = new ManualClock(0);
  const problems = new ProblemBoard(clock);
  const tries: string[] = [];
  const answers: (Error | null)[] = [];
  const writer = new AlertWriter({
    clock,
    problems,
    log: silentLogger,
    save: async (changed) => {
      const words = changed.map(({ alert: { id, status }, acts }) =>
        [id, status, ...acts.slice(1).map(({ revision }) => `act ${revision}`)].join(' '),
      );
      tries.push(words.join(', '));
      const failure = answers.shift();
      if (failure) throw failure;
    },
  });
  return { clock, problems, tries, answers, writer };
}

describe('alert writer', () => {
  it('writes what is put, and of what changes while it is busy the last state, with every act', async () => {
    const { writer, tries } = stage();
    writer.put(...change('A'));
    writer.put(...change('B'));
    writer.put(...change('B', 'acknowledged', 2));
    await writer.settled();
    expect(tries).toEqual(['A open', 'B acknowledged act 2']);
  });

  it('writes a state again that changed while it was being written', async () => {
    const { writer, tries } = stage();
    writer.put(...change('A'));
    writer.put(...change('A', 'acknowledged', 2));
    writer.put(...change('A', 'closed', 3));
    expect(writer.newest('A')).toMatchObject({ revision: 3 });
    await writer.settled();
    expect(tries).toEqual(['A open', 'A closed act 3']);
    expect(writer.newest('A')).toBeUndefined();
  });

  it('shows a database that is away, keeps the order, and writes when it is back', async () => {
    const { writer, tries, answers, problems, clock } = stage();
    answers.push(away);
    writer.put(...change('A', 'closed'));
    writer.put(...change('B'));
    await writer.settled();
    expect(tries).toEqual(['A closed']);
    expect(problems.get('alerts')).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    clock.advance(500);
    await writer.settled();
    expect(tries).toEqual(['A closed', 'A closed, B open']);
    expect(problems.list()).toEqual([]);
  });

  it('leaves out a row that the database refuses for good, and no other', async () => {
    const { writer, tries, answers, problems } = stage();
    const refused = Object.assign(new Error('duplicate'), { code: '23505' });
    answers.push(null, refused, null, refused);
    for (const id of ['A', 'B', 'C', 'D']) writer.put(...change(id));
    await writer.settled();
    expect(tries).toEqual(['A open', 'B open, C open, D open', 'B open', 'C open', 'D open']);
    expect(problems.list()).toEqual([]);
  });

  it('closes an alert before the next one about its subject is inserted, also when it changed while it was written', async () => {
    const { writer, tries, answers, clock } = stage();
    answers.push(away);
    writer.put(...change('A'));
    writer.put(...change('other'));
    writer.put(...change('A', 'closed', 2));
    writer.put(...change('B'));
    await writer.settled();
    clock.advance(500);
    await writer.settled();
    expect(tries).toEqual(['A open', 'A closed act 2, other open, B open']);
  });

  it('writes a storm in few transactions, and lets nobody wait for what comes after him', async () => {
    const { writer, tries } = stage();
    for (let n = 0; n < 250; n += 1) writer.put(...change(`storm ${n}`));
    const batches = () => tries.map((each) => each.split(', ').length);
    const mine = writer.settled().then(() => batches());
    // as long as he waits, others come
    for (let later = 0; later < 10_000 && (await Promise.race([mine, null])) === null; later += 1) {
      writer.put(...change(`later ${later}`));
    }
    expect((await mine).slice(0, 3)).toEqual([1, 100, 100]);
    expect((await mine).length).toBeLessThan(6);
  });

  it('tries once more when it is stopped, and then rests', async () => {
    const { writer, tries, answers, clock } = stage();
    answers.push(away, away);
    writer.put(...change('A'));
    await writer.settled();
    await writer.stop();
    clock.advance(60_000);
    expect(tries).toHaveLength(2);
  });
});
