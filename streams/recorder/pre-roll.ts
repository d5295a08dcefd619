import type { AccessUnit, SoundUnit } from '../access-unit.ts';
import type { BufferPool } from '../buffer-pool.ts';

/** For one camera, whatever its bit rate. */
const MOST_BYTES = 24 * 1024 * 1024;

type Kept = { unit: AccessUnit | SoundUnit; start: number; end: number };

interface Group {
  buffer: Buffer;
  used: number;
  readonly firstPts: number;
  readonly kept: Kept[];
}

/** The last seconds of a stream in memory, in whole groups of pictures: what is written when something happens. */
export class PreRoll {
  readonly #pool: BufferPool;
  readonly #groups: Group[] = [];
  #bytes = 0;
  #ms = 0;

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps at least so much, less only where that would take too much memory. */
  set ms(ms: number) {
    this.#ms = ms;
  }

  keep(unit: AccessUnit | SoundUnit): void {
    if (unit.track === 'video' && unit.key) this.#begin(unit.pts);
    const group = this.#groups.at(-1);
    if (!group) return;
    const { data } = unit;
    const before = group.buffer.length;
    group.buffer = this.#pool.grow(group.buffer, group.used, group.used + data.length);
    this.#bytes += group.buffer.length - before;
    data.copy(group.buffer, group.used);
    // The bytes are lent for this call only: what is kept of the unit leads to ours.
    group.kept.push({ unit: { ...unit, data: NOTHING }, start: group.used, end: group.used + data.length });
    group.used += data.length;
    while (this.#bytes > MOST_BYTES && this.#groups.length > 0) this.#dropOldest();
  }

  /** Hands out everything, the oldest first, and forgets it. */
  replay(take: (unit: AccessUnit | SoundUnit) => void): void {
    for (const { buffer, kept } of this.#groups) {
      for (const { unit, start, end } of kept) take({ ...unit, data: buffer.subarray(start, end) });
    }
    this.clear();
  }

  clear(): void {
    while (this.#groups.length > 0) this.#dropOldest();
  }

  #begin(pts: number): void {
    while (this.#groups.length > 1 && this.#groups[1]!.firstPts <= pts - this.#ms) this.#dropOldest();
    const buffer = this.#pool.take(1);
    this.#bytes += buffer.length;
    this.#groups.push({ buffer, used: 0, firstPts: pts, kept: [] });
  }

  #dropOldest(): void {
    const group = this.#groups.shift()!;
    this.#bytes -= group.buffer.length;
    this.#pool.give(group.buffer);
  }
}

const NOTHING = Buffer.alloc(0);
