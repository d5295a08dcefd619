import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { SLOT_BYTES, type Belt } from './belt.ts';
import type { Range } from './movie-draft.ts';

/**
 * Carries bytes of many files into one, and lays them on a belt for whoever hashes them meanwhile. It waits and does not yield: for
 * a thread that has nothing else to do.
 */
export class Conveyor {
  readonly #belt: Belt;
  #target = -1;
  #bytes = 0;

  constructor(belt: Belt) {
    this.#belt = belt;
  }

  /** Begins a file that is open and empty, with these bytes. */
  begin(target: number, head: Buffer): void {
    this.#target = target;
    this.#bytes = 0;
    for (let at = 0; at < head.length; at += SLOT_BYTES) this.#lay((slot) => head.copy(slot, 0, at));
  }

  /** Carries these ranges of a file, in their order; tells how many bytes were carried. */
  carry(path: string, ranges: readonly Range[], onBytes: (bytes: number) => void): void {
    const source = openSync(path, 'r');
    try {
      for (const load of loadsOf(ranges)) {
        onBytes(this.#lay((slot) => load.reduce((filled, range) => filled + read(source, slot, filled, range), 0)));
      }
    } finally {
      closeSync(source);
    }
  }

  /** Ends the file and waits for its hash. */
  end(): { bytes: number; sha256: string } {
    return { bytes: this.#bytes, sha256: this.#belt.result().toString('hex') };
  }

  /** Hashing begins before writing, as it takes longer. */
  #lay(fill: (slot: Buffer) => number): number {
    const slot = this.#belt.empty();
    const bytes = fill(slot);
    this.#belt.push(bytes);
    if (writeSync(this.#target, slot, 0, bytes) < bytes) {
      throw Object.assign(new Error('the disk took only a part'), { code: 'ENOSPC' });
    }
    this.#bytes += bytes;
    return bytes;
  }
}

/** Ranges, and parts of them, that fill a slot each. */
function loadsOf(ranges: readonly Range[]): Range[][] {
  const loads: Range[][] = [];
  let room = 0;
  for (const range of ranges) {
    for (let { at, bytes: left } = range; left > 0;) {
      if (room === 0) {
        loads.push([]);
        room = SLOT_BYTES;
      }
      const bytes = Math.min(left, room);
      loads.at(-1)!.push({ at, bytes });
      at += bytes;
      left -= bytes;
      room -= bytes;
    }
  }
  return loads;
}

function read(file: number, slot: Buffer, offset: number, { at, bytes }: Range): number {
  if (readSync(file, slot, offset, bytes, at) < bytes) {
    throw new Error('a file of footage became shorter while it was read');
  }
  return bytes;
}
