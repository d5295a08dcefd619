import type { KeyObject } from 'node:crypto';
import type { AuditSeal } from '#contract/audit.ts';
import { CHAIN_START } from './canonical.ts';
import { sealFindings, type Finding } from './findings.ts';
import { reordered, type Altered } from './reordered.ts';
import type { Link } from './repository.ts';
import { isSealValid } from './seal.ts';
import { borderFinding, isTorn, type Stretch, type StretchEnd, type StretchRequest } from './stretch.ts';

/** The chain as it is stored. */
export interface ChainReader {
  /** The number of the first entry behind another one; null where there is none. */
  after(behind: number): Promise<number | null>;
  look(request: StretchRequest): Promise<Stretch>;
  /** How long a stretch is best. */
  readonly entriesAtATime: number;
  /** How many stretches are best asked for before the first of them is there. */
  readonly atOnce: number;
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

/** Walks the chain from its first entry to its end, and says where it is not what was written. Nothing is changed. */
export async function walk(options: WalkOptions): Promise<Verdict> {
  const { chain, seals, filed, keys, head, onProgress } = options;
  const signed = [...seals, ...filed].filter((seal) => isSealValid(seal, keys));
  const marks = new Map(signed.map(({ lastSeq, lastHash }) => [lastSeq, lastHash]));
  if (head) marks.set(head.seq, head.hash);
  const findings: Finding[] = [];
  const altered: Altered[] = [];
  let entries = 0;
  let last: StretchEnd = { seq: 0, hash: CHAIN_START, isAltered: false };
  let sound = 0;

  for await (const stretch of stretches(chain, [...marks.keys()])) {
    const finding = stretch.ends && borderFinding(last, stretch.ends.first);
    if (finding) findings.push(finding);
    findings.push(...stretch.findings);
    altered.push(...stretch.altered);
    for (const [seq, hash] of stretch.marks) {
      if (marks.get(seq) !== hash) findings.push({ kind: 'rewritten', from: sound + 1, to: seq });
      sound = seq;
    }
    last = stretch.ends?.last ?? last;
    entries += stretch.entries;
    if (isTorn({ findings, altered })) break;
    onProgress?.(entries);
  }

  const promised = Math.max(0, head?.seq ?? 0, ...marks.keys());
  if (last.seq < promised && !isTorn({ findings, altered })) {
    findings.push({ kind: 'truncated', from: last.seq + 1, to: promised });
  }
  findings.push(...reordered(altered), ...sealFindings(seals, filed, keys));
  return {
    entries,
    seals: Math.max(seals.length, filed.length),
    findings: findings.toSorted((a, b) => a.from - b.from),
  };
}

/** The whole chain in its order, some of it looked at ahead; numbers that are not there are leapt over. */
async function* stretches(chain: ChainReader, marked: readonly number[]): AsyncGenerator<Stretch> {
  const ahead: Promise<Stretch>[] = [];
  let first = await chain.after(0);
  while (first !== null || ahead.length > 0) {
    if (first === null || ahead.length >= chain.atOnce) {
      yield await ahead.shift()!;
      continue;
    }
    const [behind, last] = [first - 1, first - 1 + chain.entriesAtATime];
    const looked = chain.look({ behind, last, marked: marked.filter((seq) => seq > behind && seq <= last) });
    // should one before it fail, nobody asks for this one any more
    looked.catch(() => undefined);
    ahead.push(looked);
    first = await chain.after(last);
  }
}
