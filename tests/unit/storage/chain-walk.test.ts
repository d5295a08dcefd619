import { createHash } from 'node:crypto';
import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { CHAIN_START, chainLink } from '../../../server/lib/footage-chain.ts';
import {
  ChainWalk,
  type ChainHead,
  type ChainRow,
  type RemovedRange,
} from '../../../server/features/storage/chain-walk.ts';

/** Links 1 to `count` as the recorder writes them. */
function chainOf(count: number): ChainRow[] {
  const rows: ChainRow[] = [];
  let before: Uint8Array = CHAIN_START;
  for (let no = 1; no <= count; no += 1) {
    const facts = {
      ...{ cameraId: 'cam', role: 'main' as const, run: 'run', number: no - 1, bytes: 1000 + no, frames: 250 },
      ...{ startedAt: no * 10_000, endedAt: (no + 1) * 10_000 },
      sha256: createHash('sha256').update(String(no)).digest(),
    };
    before = chainLink(before, facts);
    rows.push({ ...facts, chainNo: no, chain: before });
  }
  return rows;
}

const headOf = (rows: readonly ChainRow[]): ChainHead => rows.at(-1)!;
const rangeOf = (rows: readonly ChainRow[]): RemovedRange => ({
  ...{ fromNo: rows[0]!.chainNo, toNo: rows.at(-1)!.chainNo, chain: rows.at(-1)!.chain },
  ...{ startedAt: rows[0]!.startedAt, endedAt: rows.at(-1)!.endedAt },
});

/** Walks as the verification does: rows and ranges in the order of their numbers. */
function walk(rows: readonly ChainRow[], ranges: readonly RemovedRange[], head: ChainHead | null) {
  const walk = new ChainWalk();
  const steps = [
    ...rows.map((row) => ({ no: row.chainNo, step: () => walk.follow(row) })),
    ...ranges.map((range) => ({ no: range.fromNo, step: () => walk.pass(range) })),
  ];
  for (const { step } of steps.toSorted((a, b) => a.no - b.no)) step();
  walk.end(head);
  return walk.faults.map(({ kind, fromNo, toNo }) => `${kind} ${fromNo}-${toNo}`);
}

describe('following the chain', () => {
  it('finds nothing wrong in what is whole, with any ranges removed by retention', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
        (count, keep) => {
          const rows = chainOf(count);
          const ranges: RemovedRange[] = [];
          for (const row of rows.filter((_, i) => !keep[i])) {
            const last = ranges.at(-1);
            if (last?.toNo === row.chainNo - 1) Object.assign(last, { toNo: row.chainNo, chain: row.chain });
            else ranges.push(rangeOf([row]));
          }
          expect(
            walk(
              rows.filter((_, i) => keep[i]),
              ranges,
              headOf(rows),
            ),
          ).toEqual([]);
        },
      ),
    );
  });

  it('finds any single fact that was altered, where it was altered', () => {
    const changes: Partial<ChainRow>[] = [
      { bytes: 1 },
      { frames: 1 },
      { startedAt: 59_999 },
      { endedAt: 1 },
      { cameraId: 'other' },
      { run: 'other' },
      { number: 77 },
      { sha256: Buffer.alloc(32) },
    ];
    for (const change of changes) {
      const rows = chainOf(9);
      const found = walk(rows.with(5, { ...rows[5]!, ...change }), [], headOf(rows));
      expect(found).toEqual(['altered 6-6']);
    }
  });

  it('finds a link that was written anew: the next one does not follow it', () => {
    const rows = chainOf(9);
    const altered = { ...rows[5]!, bytes: 1 };
    const forged = { ...altered, chain: chainLink(rows[4]!.chain, altered) };
    expect(walk(rows.with(5, forged), [], headOf(rows))).toEqual(['altered 7-7']);
  });

  it('finds what was deleted, at the beginning, in the middle and at the end', () => {
    const rows = chainOf(9);
    expect(walk(rows.slice(2), [], headOf(rows))).toEqual(['missing 1-2']);
    expect(walk(rows.toSpliced(3, 2), [], headOf(rows))).toEqual(['missing 4-5']);
    expect(walk(rows.slice(0, 7), [], headOf(rows))).toEqual(['truncated 8-9']);
    expect(walk([], [], headOf(rows))).toEqual(['truncated 1-9']);
  });

  it('finds links that changed places', () => {
    const rows = chainOf(9);
    const [a, b] = [rows[3]!, rows[4]!];
    const swapped = rows.with(3, { ...b, chainNo: 4 }).with(4, { ...a, chainNo: 5 });
    expect(walk(swapped, [], headOf(rows))).toEqual(['altered 4-4', 'reordered 5-5', 'altered 6-6']);
  });

  it('finds a removed range that claims a link which was never there', () => {
    const rows = chainOf(9);
    const range = { ...rangeOf(rows.slice(0, 4)), chain: Buffer.alloc(32) };
    expect(walk(rows.slice(4), [range], headOf(rows))).toEqual(['altered 5-5']);
  });

  it('finds a head that says another chain', () => {
    const rows = chainOf(3);
    expect(walk(rows, [], { chainNo: 3, chain: Buffer.alloc(32) })).toEqual(['altered 3-3']);
    expect(walk(rows, [], null)).toEqual(['altered 3-3']);
    expect(walk([], [], null)).toEqual([]);
  });
});
