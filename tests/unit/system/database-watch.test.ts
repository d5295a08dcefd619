import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { DatabaseWatch } from '../../../server/features/system/database-watch.ts';

describe('database watch', () => {
  let clock: ManualClock;
  let problems: ProblemBoard;
  let questions: PromiseWithResolvers<never[]>[];
  let watch: DatabaseWatch;
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    clock = new ManualClock(0);
    problems = new ProblemBoard(clock);
    questions = [];
    watch = new DatabaseWatch({
      clock,
      problems,
      log: silentLogger,
      db: {
        query: () => {
          questions.push(Promise.withResolvers<never[]>());
          return questions.at(-1)!.promise;
        },
        transaction: () => Promise.reject(new Error('not used')),
      },
    });
    watch.start();
  });

  it('shows a database that fails, and takes it back when it answers', async () => {
    clock.advance(3000);
    questions[0]!.reject(new Error('connection refused'));
    await settle();
    expect(problems.get('database')).toMatchObject({ code: 'DATABASE_UNREACHABLE', detail: 'connection refused' });
    clock.advance(3000);
    questions[1]!.resolve([]);
    await settle();
    expect(problems.list()).toEqual([]);
  });

  it('shows one that does not answer, without asking again and again', async () => {
    clock.advance(3000);
    clock.advance(3000);
    expect(problems.get('database')).toMatchObject({
      code: 'DATABASE_UNREACHABLE',
      detail: 'no answer within 3000 ms',
    });
    clock.advance(60_000);
    expect(questions).toHaveLength(1);
    questions[0]!.resolve([]);
    await settle();
    expect(problems.list()).toEqual([]);
  });

  it('says nothing once it is stopped', async () => {
    clock.advance(3000);
    watch.stop();
    questions[0]!.reject(new Error('pool is closed'));
    await settle();
    expect(problems.list()).toEqual([]);
  });
});
