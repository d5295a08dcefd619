import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { AlertWriter } from '../../../server/features/alerts/alert-writer.ts';

const alert = (id: string, status: Alert['status'] = 'open') => ({ id, status }) as Alert;
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
    save: async ({ id, status }) => {
      tries.push(`${id} ${status}`);
      const failure = answers.shift();
      if (failure) throw failure;
    },
  });
  return { clock, problems, tries, answers, writer };
}

describe('alert writer', () => {
  it('writes what is put, and only the last state of what changes while it is busy', async () => {
    const { writer, tries } = stage();
    writer.put(alert('A'));
    writer.put(alert('B'));
    writer.put(alert('B', 'acknowledged'));
    await writer.settled();
    expect(tries).toEqual(['A open', 'B acknowledged']);
  });

  it('writes a state again that changed while it was being written', async () => {
    const { writer, tries } = stage();
    writer.put(alert('A'));
    writer.put(alert('A', 'closed'));
    await writer.settled();
    expect(tries).toEqual(['A open', 'A closed']);
  });

  it('shows a database that is away, keeps the order, and writes when it is back', async () => {
    const { writer, tries, answers, problems, clock } = stage();
    answers.push(away);
    writer.put(alert('A', 'closed'));
    writer.put(alert('B'));
    await writer.settled();
    expect(tries).toEqual(['A closed']);
    expect(problems.get('alerts')).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    clock.advance(500);
    await writer.settled();
    expect(tries).toEqual(['A closed', 'A closed', 'B open']);
    expect(problems.list()).toEqual([]);
  });

  it('leaves out a row that the database refuses for good', async () => {
    const { writer, tries, answers, problems } = stage();
    answers.push(Object.assign(new Error('duplicate'), { code: '23505' }));
    writer.put(alert('A'));
    writer.put(alert('B'));
    await writer.settled();
    expect(tries).toEqual(['A open', 'B open']);
    expect(problems.list()).toEqual([]);
  });

  it('tries once more when it is stopped, and then rests', async () => {
    const { writer, tries, answers, clock } = stage();
    answers.push(away, away);
    writer.put(alert('A'));
    await writer.settled();
    await writer.stop();
    clock.advance(60_000);
    expect(tries).toHaveLength(2);
  });
});
