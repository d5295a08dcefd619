import { describe, expect, it } from 'vitest';
import type { RejectedMessage } from '#contract/terminal-message.ts';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import type { Database } from '../../../server/db/database.ts';
import { DeadLetters, KEPT_PER_SECOND } from '../../../server/features/terminals/dead-letters.ts';
import { terminalMetrics } from '../../../server/features/terminals/metrics.ts';

const letter: RejectedMessage = {
  topic: 'x',
  payload: Buffer.from('x'),
  code: 'TOPIC_INVALID',
  detail: 'x',
  receivedAt: 0,
};

describe('dead letters', () => {
  it('counts every one of a babbling device, and keeps so many a second', async () => {
    const clock = new ManualClock(0);
    const rows: number[] = [];
    const db: Database = {
      query: (_text, values = []) => {
        rows.push((values[1] as string[]).length);
        return Promise.resolve([]);
      },
      transaction: () => Promise.reject(new Error('not used')),
    };
    const metrics = terminalMetrics();
    const letters = new DeadLetters({ db, clock, log, metrics });
    letters.start();
    for (let second = 0; second < 3; second += 1) {
      for (let i = 0; i < 1_000; i += 1) letters.add(letter);
      clock.advance(1_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await letters.stop();
    expect(rows).toEqual([KEPT_PER_SECOND, KEPT_PER_SECOND, KEPT_PER_SECOND]);
    const counted = await metrics.rejected.get();
    expect(counted.values).toEqual([expect.objectContaining({ value: 3_000, labels: { code: 'TOPIC_INVALID' } })]);
  });
});
