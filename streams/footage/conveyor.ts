import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Range } from './movie-draft.ts';

/** Small enough to stay in the processor's cache between reading, hashing and writing. */
const BUFFER_BYTES = 512 * 1024;
const SLOTS = 8;
/** Groups that are read before the oldest of them is hashed and written. */
const AHEAD = 4;

interface Slot {
  buffer: Buffer;
  /** What was read into it. */
  read: Promise<Buffer[]>;
  written: Promise<void>;
}

/** Carries bytes of many files into one, and hashes them: reading, hashing and writing go on beside each other. */
export class Conveyor {
  readonly #target: FileHandle;
  readonly #hash = createHash('sha256');
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({
    buffer: Buffer.allocUnsafe(BUFFER_BYTES),
    read: Promise.resolve([]),
    written: Promise.resolve(),
  }));
  /** Groups that were begun, and that are hashed. */
  #begun = 0;
  #taken = 0;
  #bytes = 0;

  constructor(target: FileHandle) {
    this.#target = target;
  }

  /** What the file begins with. */
  async head(bytes: Buffer): Promise<void> {
    await this.#write([bytes]);
    this.#hash.update(bytes);
  }

  /** Carries these ranges of a file, in their order; tells how many bytes were on their way. */
  async carry(path: string, ranges: readonly Range[], onBytes: (bytes: number) => void): Promise<void> {
    const groups = groupsOf(ranges);
    if (groups.length === 0) return;
    const source = await open(path, 'r');
    for (const [i, group] of groups.entries()) {
      const slot = this.#slots[this.#begun % SLOTS]!;
      await slot.written;
      slot.read = readGroup(source, group, slot.buffer);
      if (i === groups.length - 1) slot.read = slot.read.finally(() => source.close());
      slot.read.catch(() => undefined); // told of when its turn comes
      this.#begun += 1;
      if (this.#begun - this.#taken > AHEAD) await this.#take();
      onBytes(group.reduce((sum, { bytes }) => sum + bytes, 0));
    }
  }

  /** Waits for what is on its way. */
  async end(): Promise<{ bytes: number; sha256: string }> {
    while (this.#taken < this.#begun) await this.#take();
    await Promise.all(this.#slots.map(({ written }) => written));
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #take(): Promise<void> {
    const slot = this.#slots[this.#taken % SLOTS]!;
    const pieces = await slot.read;
    this.#taken += 1;
    slot.written = this.#write(pieces);
    slot.written.catch(() => undefined); // told of when the slot is needed again
    for (const piece of pieces) this.#hash.update(piece);
  }

  async #write(pieces: Buffer[]): Promise<void> {
    const wanted = pieces.reduce((sum, { length }) => sum + length, 0);
    const at = this.#bytes;
    this.#bytes += wanted;
    const { bytesWritten } = await this.#target.writev(pieces, at);
    if (bytesWritten < wanted) throw Object.assign(new Error('the disk took only a part'), { code: 'ENOSPC' });
  }
}

/** Ranges that are read in one go: what lies between them is little. */
function groupsOf(ranges: readonly Range[]): Range[][] {
  const groups: Range[][] = [];
  let begin = 0;
  for (const range of ranges.flatMap(inPieces)) {
    const group = groups.at(-1);
    if (group && range.at + range.bytes - begin <= BUFFER_BYTES) {
      group.push(range);
    } else {
      groups.push([range]);
      begin = range.at;
    }
  }
  return groups;
}

function inPieces({ at, bytes }: Range): Range[] {
  const pieces: Range[] = [];
  for (let done = 0; done < bytes; done += BUFFER_BYTES) {
    pieces.push({ at: at + done, bytes: Math.min(BUFFER_BYTES, bytes - done) });
  }
  return pieces;
}

async function readGroup(file: FileHandle, group: Range[], buffer: Buffer): Promise<Buffer[]> {
  const begin = group[0]!.at;
  const length = group.at(-1)!.at + group.at(-1)!.bytes - begin;
  const { bytesRead } = await file.read(buffer, 0, length, begin);
  if (bytesRead < length) throw new Error('a file of footage became shorter while it was read');
  return group.map(({ at, bytes }) => buffer.subarray(at - begin, at - begin + bytes));
}
