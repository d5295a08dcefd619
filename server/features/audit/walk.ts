import type { KeyObject } from 'node:crypto';
import type { AuditSeal } from '#contract/audit.ts';
import { CHAIN_START, lineHash } from './canonical.ts';
import { sealFindings, type Finding } from './findings.ts';
import { reordered, type Altered } from './reordered.ts';
import type { Link } from './repository.ts';
import { isSealValid } from './seal.ts';

/** An entry as the database gives it: its number, the text that was hashed, and the hash that stands with it. */
export type StoredEntry = readonly [seq: number, line: string, hash: string];

/** The chain as it is stored. */
export interface ChainReader {
  /** The number of the first entry behind another one; null where there is none. */
  after(behind: number): Promise<number | null>;
  /** The entries behind a number up to another one, in order. */
  between(behind: number, last: number): Promise<StoredEntry[]>;
}

export interface WalkOptions {
  chain: ChainReader;
  /** From the database. */
  seals: readonly AuditSeal[];
  /** From the file beside it. */
  filed: readonly AuditSeal[];
  keys: ReadonlyMap<string, KeyObject>;
  /** The end as the program last wrote it; null where it is not known. */
  head: Link | null;
  onProgress?: (entries: number) => void;
}

export interface Verdict {
  entries: number;
  seals: number;
  findings: Finding[];
}

const BATCH = 5_000;
/** So many batches are asked for at a time, for each a process of the database: writing the lines costs more than hashing. */
export const READERS = 3;
/** Of an audit that was torn to pieces the first ones are enough. */
const MOST_FINDINGS = 1000;

/** Walks the chain from its first entry to its end, and says where it is not what was written. Nothing is changed. */
export async function walk(options: WalkOptions): Promise<Verdict> {
  const { chain, seals, filed, keys, head, onProgress } = options;
  const signed = [...seals, ...filed].filter((seal) => isSealValid(seal, keys));
  const marks = new Map(signed.map(({ lastSeq, lastHash }) => [lastSeq, lastHash]));
  if (head) marks.set(head.seq, head.hash);
  const findings: Finding[] = [];
  const altered: Altered[] = [];
  let [entries, last, lastHash, sound] = [0, 0, CHAIN_START, 0];

  for await (const batch of batches(chain)) {
    for (const [seq, line, hash] of batch) {
      if (seq !== last + 1) findings.push({ kind: 'deleted', from: last + 1, to: seq - 1 });
      if (lineHash(line) !== hash) altered.push({ seq, line, hash });
      // it was altered and hashed anew, so that only what follows tells
      else if (seq === last + 1 && !line.startsWith(`["${lastHash}"`) && altered.at(-1)?.seq !== last) {
        findings.push({ kind: 'rewritten', from: last, to: last });
      }
      const mark = marks.get(seq);
      if (mark !== undefined) {
        if (mark !== hash) findings.push({ kind: 'rewritten', from: sound + 1, to: seq });
        sound = seq;
      }
      [last, lastHash] = [seq, hash];
    }
    entries += batch.length;
    onProgress?.(entries);
    if (findings.length + altered.length > MOST_FINDINGS) break;
  }

  const promised = Math.max(0, head?.seq ?? 0, ...marks.keys());
  if (last < promised && findings.length + altered.length <= MOST_FINDINGS) {
    findings.push({ kind: 'truncated', from: last + 1, to: promised });
  }
  findings.push(...reordered(altered), ...sealFindings(seals, filed, keys));
  return {
    entries,
    seals: Math.max(seals.length, filed.length),
    findings: findings.toSorted((a, b) => a.from - b.from),
  };
}

/** One after the other, while the next ones are on their way. Numbers that are not there are leapt over. */
async function* batches(chain: ChainReader): AsyncGenerator<StoredEntry[]> {
  for (let first = await chain.after(0); first !== null;) {
    let [asked, last] = [first - 1, first];
    const coming: Promise<StoredEntry[]>[] = [];
    for (;;) {
      for (; coming.length < READERS; asked += BATCH) {
        const batch = chain.between(asked, asked + BATCH);
        // told where it is awaited
        batch.catch(() => undefined);
        coming.push(batch);
      }
      const batch = await coming.shift()!;
      if (batch.length === 0) break;
      last = batch.at(-1)![0];
      yield batch;
    }
    first = await chain.after(last);
  }
}
