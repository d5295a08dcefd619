import type { ChainFault } from '#contract/storage.ts';
import { CHAIN_START, chainLink, type ChainedSegment } from '#lib/footage-chain.ts';

/** A link as its row has it. */
export interface ChainRow extends ChainedSegment {
  chainNo: number;
  chain: Uint8Array;
}

/** Links that retention removed, first and last, and the last one itself. */
export interface RemovedRange {
  fromNo: number;
  toNo: number;
  chain: Uint8Array;
  startedAt: number;
  endedAt: number;
}

/** The newest link that was written down. */
export interface ChainHead {
  chainNo: number;
  chain: Uint8Array;
}

const MOST_FAULTS = 100;

/**
 * Follows the chain of one stream, link by link in the order of their numbers, over ranges that were removed. A row that
 * says something else than its link vouches for, links that are gone and links in the wrong place are each found where
 * they are; behind a fault the walk goes on from what the next row itself claims.
 */
export class ChainWalk {
  readonly faults: ChainFault[] = [];
  links = 0;
  removed = 0;
  /** The walk stands behind this link. */
  #no = 0;
  #chain: Uint8Array = CHAIN_START;
  #startedAt = -Infinity;

  /** The next row in the order of numbers; removed ranges before it must have been passed. */
  follow(row: ChainRow): void {
    this.links += 1;
    const at = { fromNo: row.chainNo, toNo: row.chainNo, ...spanOf(row) };
    if (row.chainNo <= this.#no) return this.note('reordered', at);
    const joined = this.#reach(row.chainNo - 1, row.startedAt);
    // behind missing links only the row's own claim remains
    if (joined && !same(chainLink(this.#chain, row), row.chain)) {
      this.note(row.startedAt < this.#startedAt ? 'reordered' : 'altered', at);
    }
    this.#stand(row.chainNo, row);
  }

  /** The next removed range in the order of numbers. */
  pass({ fromNo, toNo, chain, startedAt, endedAt }: RemovedRange): void {
    if (fromNo <= this.#no) return this.note('reordered', { fromNo, toNo, ...spanOf({ startedAt, endedAt }) });
    this.#reach(fromNo - 1, startedAt);
    this.removed += toNo - fromNo + 1;
    this.links += toNo - fromNo + 1;
    this.#stand(toNo, { chain, startedAt });
  }

  /** At the end: the newest link must be the one that was written down apart. */
  end(head: ChainHead | null): void {
    if (head === null ? this.#no === 0 : head.chainNo === this.#no && same(head.chain, this.#chain)) return;
    const newest = head?.chainNo ?? 0;
    if (newest > this.#no)
      this.note('truncated', { fromNo: this.#no + 1, toNo: newest, startedAt: null, endedAt: null });
    else this.note('altered', { fromNo: this.#no, toNo: this.#no, startedAt: null, endedAt: null });
  }

  note(kind: ChainFault['kind'], where: Omit<ChainFault, 'kind'>): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ kind, ...where });
  }

  #stand(no: number, { chain, startedAt }: { chain: Uint8Array; startedAt: number }): void {
    this.#no = no;
    this.#chain = chain;
    this.#startedAt = startedAt;
  }

  /** Whether every link up to this number was there. */
  #reach(no: number, nextStartedAt: number): boolean {
    if (this.#no === no) return true;
    const before = new Date(nextStartedAt).toISOString();
    this.note('missing', { fromNo: this.#no + 1, toNo: no, startedAt: null, endedAt: before });
    return false;
  }
}

export function spanOf({ startedAt, endedAt }: { startedAt: number; endedAt: number }) {
  return { startedAt: new Date(startedAt).toISOString(), endedAt: new Date(endedAt).toISOString() };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
