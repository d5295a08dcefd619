import { expect, it } from 'vitest';
import { CHAIN_START } from '../../../server/features/audit/canonical.ts';
import { walk, type StoredEntry } from '../../../server/features/audit/walk.ts';

it('gives up on an audit that was torn to pieces', async () => {
  const asked: number[] = [];
  /** Every second entry was deleted. */
  const chain = {
    after: async (behind: number) => behind + 2,
    between: async (behind: number, last: number, onEntry: (entry: StoredEntry) => void) => {
      asked.push(behind);
      for (let seq = behind + 1; seq <= last; seq += 2) {
        onEntry({ seq, previous: CHAIN_START, hash: CHAIN_START, alteredLine: null });
      }
    },
  };
  const head = { seq: 1_000_000, hash: CHAIN_START };
  const { entries, findings } = await walk({ chain, seals: [], filed: [], keys: new Map(), head });
  expect(entries).toBe(1001);
  expect(findings).toEqual(
    Array.from({ length: 1001 }, (_, i) => ({ kind: 'deleted', from: 2 * i + 1, to: 2 * i + 1 })),
  );
  expect(asked).toEqual([1]);
});
