import fc from '../../helpers/property.ts';
import { expect, it } from 'vitest';
import { CHAIN_START } from '../../../server/features/audit/canonical.ts';
import { StretchLook, type StoredEntry, type StretchRequest } from '../../../server/features/audit/stretch.ts';
import { walk, type ChainReader, type Verdict } from '../../../server/features/audit/walk.ts';

const FEW = { entriesAtATime: 50_000, atOnce: 4 };

/** A chain in memory, which remembers which stretches were looked at. */
function chainOf(entries: readonly StoredEntry[], { entriesAtATime, atOnce } = FEW) {
  const looked: number[] = [];
  const chain: ChainReader = {
    ...{ entriesAtATime, atOnce },
    after: async (behind) => entries.find(({ seq }) => seq > behind)?.seq ?? null,
    look: async ({ behind, last, marked }) => {
      looked.push(behind);
      const look = new StretchLook(marked);
      for (const entry of entries) if (entry.seq > behind && entry.seq <= last) look.at(entry);
      return look.stretch;
    },
  };
  return { chain, looked };
}

const verdictOf = (chain: ChainReader, head: { seq: number; hash: string }): Promise<Verdict> =>
  walk({ chain, seals: [], filed: [], keys: new Map(), head });

/** The hash of an entry, for a chain of which only the links count. */
const hashOf = (seq: number) => seq.toString(16).padStart(64, '0');
const sound = (count: number): StoredEntry[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ seq: i + 1, previous: i === 0 ? CHAIN_START : hashOf(i), hash: hashOf(i + 1), alteredLine: null },
  }));

it('finds the same, however many entries it looks at at a time and ahead', async () => {
  const tampering = fc.array(
    fc.record({
      seq: fc.integer({ min: 1, max: 30 }),
      how: fc.constantFrom('deleted' as const, 'altered' as const, 'hashed anew' as const),
    }),
    { maxLength: 8 },
  );
  const stretches = fc.record({
    entriesAtATime: fc.integer({ min: 1, max: 12 }),
    atOnce: fc.integer({ min: 1, max: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(tampering, stretches, async (done, by) => {
      const entries = sound(30).flatMap((entry): StoredEntry[] => {
        const { how } = done.find(({ seq }) => seq === entry.seq) ?? {};
        if (how === 'deleted') return [];
        if (how === 'hashed anew') return [{ ...entry, hash: `f${entry.hash.slice(1)}` }];
        const line = JSON.stringify([entry.previous, String(entry.seq), ...Array<null>(11).fill(null)]);
        return [{ ...entry, alteredLine: how === 'altered' ? line : null }];
      });
      const head = { seq: 30, hash: hashOf(30) };
      const inOne = await verdictOf(chainOf(entries).chain, head);
      expect(await verdictOf(chainOf(entries, by).chain, head)).toEqual(inOne);
      expect(inOne.findings.length > 0).toBe(done.length > 0);
    }),
  );
});

it('tells what a stretch cannot see: that it does not follow the one before', async () => {
  const entries = sound(6);
  entries[3] = { ...entries[3]!, previous: hashOf(77) };
  const { chain } = chainOf(entries, { entriesAtATime: 3, atOnce: 2 });
  expect((await verdictOf(chain, { seq: 6, hash: hashOf(6) })).findings).toEqual([
    { kind: 'rewritten', from: 3, to: 3 },
  ]);
});

it('gives up on an audit that was torn to pieces', async () => {
  // every second entry was deleted
  const { chain, looked } = chainOf(
    sound(20_000).filter(({ seq }) => seq % 2 === 0),
    { entriesAtATime: 4000, atOnce: 1 },
  );
  const { entries, findings } = await verdictOf(chain, { seq: 20_000, hash: hashOf(20_000) });
  expect(looked).toEqual([1]);
  expect(entries).toBe(1002);
  expect(findings).toEqual(
    Array.from({ length: 1002 }, (_, i) => ({ kind: 'deleted', from: 2 * i + 1, to: 2 * i + 1 })),
  );
});

it('fails with the first stretch that cannot be looked at, though others wait behind it', async () => {
  const { chain } = chainOf(sound(9), { entriesAtATime: 3, atOnce: 3 });
  const look = async ({ behind }: StretchRequest) => {
    throw new Error(`gone behind ${behind}`);
  };
  await expect(verdictOf({ ...chain, look }, { seq: 9, hash: hashOf(9) })).rejects.toThrow('gone behind 0');
});
