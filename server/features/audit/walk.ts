import type { KeyObject } from 'node:crypto';
import type { AuditSeal } from '#contract/audit.ts';
import { CHAIN_START } from './canonical.ts';
import { sealFindings, type Finding } from './findings.ts';
import { reordered, type Altered } from './reordered.ts';
import type { Link } from './repository.ts';
import { isSealValid } from './seal.ts';

/** An entry as it is stored. */
export interface StoredEntry {
  seq: number;
  /** The hash of the one before, as this one says. */
  previous: string;
  /** What stands with it. */
  hash: string;
  /** What should hash to it and does not; null where it does. */
  alteredLine: string | null;
}

/** The chain as it is stored. */
export interface ChainReader {
  /** The number of the first entry behind another one; null where there is none. */
  after(behind: number): Promise<number | null>;
  /** Gives the entries behind a number up to another one, in order and one by one. */
  between(behind: number, last: number, onEntry: (entry: StoredEntry) => void): Promise<void>;
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

/** Asked for at a time: of the largest entries half a gigabyte, which has to come within a statement's time. */
const STRETCH = 50_000;
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

  const isTorn = () => findings.length + altered.length > MOST_FINDINGS;
  const look = ({ seq, previous, hash, alteredLine }: StoredEntry) => {
    if (isTorn()) return;
    if (seq !== last + 1) findings.push({ kind: 'deleted', from: last + 1, to: seq - 1 });
    if (alteredLine !== null) altered.push({ seq, line: alteredLine, hash });
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
    entries += 1;
  };

  // each is looked at as it comes and none is kept; numbers that are not there are leapt over
  for (let first = await chain.after(0); first !== null && !isTorn(); first = await chain.after(last)) {
    await chain.between(first - 1, first - 1 + STRETCH, look);
    onProgress?.(entries);
  }

  const promised = Math.max(0, head?.seq ?? 0, ...marks.keys());
  if (last < promised && !isTorn()) findings.push({ kind: 'truncated', from: last + 1, to: promised });
  findings.push(...reordered(altered), ...sealFindings(seals, filed, keys));
  return {
    entries,
    seals: Math.max(seals.length, filed.length),
    findings: findings.toSorted((a, b) => a.from - b.from),
  };
}
