import type { Finding } from './findings.ts';
import type { Altered } from './reordered.ts';

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

/** Of which entries a stretch is asked for. */
export interface StretchRequest {
  /** The number before the first one. */
  behind: number;
  last: number;
  /** The numbers whose hashes somebody signed or kept. */
  marked: number[];
}

/** One end of a stretch, as far as its neighbour is concerned. */
export interface StretchEnd {
  seq: number;
  /** Of the first one: the hash before it, as it says. Of the last one: its own, as it is stored. */
  hash: string;
  isAltered: boolean;
}

/** What is to be said of entries that stand one behind the other, however many they are. */
export interface Stretch {
  entries: number;
  /** Null where there is no entry. */
  ends: { first: StretchEnd; last: StretchEnd } | null;
  /** What they say of one another; what lies before the first one is not asked here. */
  findings: Finding[];
  altered: Altered[];
  /** The hashes that are stored at the marked numbers. */
  marks: [seq: number, hash: string][];
}

/** Of an audit that was torn to pieces the first findings are enough. */
const MOST_FINDINGS = 1000;

export function isTorn({ findings, altered }: Pick<Stretch, 'findings' | 'altered'>): boolean {
  return findings.length + altered.length > MOST_FINDINGS;
}

/** What is wrong where an entry follows another one; null where nothing is. */
export function borderFinding(before: StretchEnd, { seq, hash, isAltered }: StretchEnd): Finding | null {
  if (seq !== before.seq + 1) return { kind: 'deleted', from: before.seq + 1, to: seq - 1 };
  // of an entry that was altered it is said already
  if (hash === before.hash || isAltered || before.isAltered) return null;
  // it was altered and hashed anew, so that only what follows tells
  return { kind: 'rewritten', from: before.seq, to: before.seq };
}

/** Looks at entries as they come, in order and one by one, and keeps none of them. */
export class StretchLook {
  readonly stretch: Stretch = { entries: 0, ends: null, findings: [], altered: [], marks: [] };
  readonly #marked: ReadonlySet<number>;

  constructor(marked: readonly number[]) {
    this.#marked = new Set(marked);
  }

  at({ seq, previous, hash, alteredLine }: StoredEntry): void {
    const { stretch } = this;
    if (isTorn(stretch)) return;
    const isAltered = alteredLine !== null;
    const here = { seq, hash: previous, isAltered };
    const last = { seq, hash, isAltered };
    const finding = stretch.ends && borderFinding(stretch.ends.last, here);
    if (finding) stretch.findings.push(finding);
    if (isAltered) stretch.altered.push({ seq, line: alteredLine, hash });
    if (this.#marked.has(seq)) stretch.marks.push([seq, hash]);
    stretch.ends = { first: stretch.ends?.first ?? here, last };
    stretch.entries += 1;
  }
}
