import { expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { silentLogger as log } from '#lib/logger.ts';
import type { Database } from '../../../server/db/database.ts';
import { FigureRollup } from '../../../server/features/figures/rollup.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('a round that took long is followed by a rest, so that the database is left to others', async () => {
  const clock = new ManualClock(0);
  let rounds = 0;
  let tookMs = 5_000;
  const db: Database = {
    query: () => {
      rounds += 1;
      clock.advance(tookMs);
      return Promise.resolve([]);
    },
    transaction: (work) => work(db),
  };
  const rollup = new FigureRollup({ db, clock, log });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  rollup.start();
  await settled();
  expect(rounds).toBe(1);
  tookMs = 0;
  for (let i = 0; i < 3; i += 1) await pass(15_000);
  expect(rounds).toBe(1);
  await pass(15_000);
  expect(rounds).toBe(2);
  // A quick one needs no rest.
  await pass(15_000);
  expect(rounds).toBe(3);
  await rollup.stop();
});
