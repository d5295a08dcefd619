import type { KeyObject } from 'node:crypto';
import type { AuditSeal } from '#contract/audit.ts';
import { CHAIN_START, entryHash, type HashedFields } from './canonical.ts';
import { sealFindings, type Finding } from './findings.ts';
import { reordered, type Altered } from './reordered.ts';
import type { Link } from './repository.ts';
import { isSealValid } from './seal.ts';

/** An entry as the database gives it, texts alone. */
export type StoredEntry = readonly [...HashedFields, previous: string, hash: string];

/** Up to `limit` entries behind a number, in order. */
export type ReadEntries = (behind: number, limit: number) => Promise<StoredEntry[]>;

export interface WalkOptions {
  read: ReadEntries;
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

const BATCH = 10_000;
/** Of an audit that was torn to pieces the first ones are enough. */
const MOST_FINDINGS = 1000;
const PREVIOUS = 12;
const HASH = 13;

/** Walks the chain from its first entry to its end, and says where it is not what was written. Nothing is changed. */
export async function walk(options: WalkOptions): Promise<Verdict> {
  const { read, seals, filed, keys, head, onProgress } = options;
  const signed = [...seals, ...filed].filter((seal) => isSealValid(seal, keys));
  const marks = new Map(signed.map(({ lastSeq, lastHash }) => [lastSeq, lastHash]));
  if (head) marks.set(head.seq, head.hash);
  const findings: Finding[] = [];
  const altered: Altered[] = [];
  let [entries, last, lastHash, sound] = [0, 0, CHAIN_START, 0];

  for (let next = read(0, BATCH); ;) {
    const batch = await next;
    if (batch.length === 0) break;
    // the database reads on while we count
    next = read(Number(batch.at(-1)![0]), BATCH);
    next.catch(() => undefined);
    for (const entry of batch) {
      const seq = Number(entry[0]);
      const [previous, hash] = [entry[PREVIOUS], entry[HASH]];
      if (seq !== last + 1) findings.push({ kind: 'deleted', from: last + 1, to: seq - 1 });
      const isWhole = entryHash(previous, entry.slice(0, PREVIOUS) as unknown as HashedFields) === hash;
      if (!isWhole) altered.push({ seq, entry });
      // it was altered and hashed anew, so that only what follows tells
      else if (seq === last + 1 && previous !== lastHash && altered.at(-1)?.seq !== last) {
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
