import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { indexFileSync } from './file-index.ts';
import { readInit } from './init-facts.ts';
import { MovieDraft, type Cut, type FootagePart, type Range } from './movie-draft.ts';

export interface CutRequest extends Cut {
  /** Oldest first. */
  parts: FootagePart[];
  /** Where the files go, as `0.mp4`, `1.mp4`... */
  folder: string;
}

export interface CutFile {
  /** In the folder. */
  name: string;
  bytes: number;
  /** Hex. */
  sha256: string;
  /** Epoch ms of its first picture that is shown, and of the end of its last. */
  from: number;
  until: number;
}

export interface CutResult {
  files: CutFile[];
  /** Files of footage that are not there, or hold nothing that can be read. */
  missing: FootagePart[];
}

export interface CutProgress {
  doneBytes: number;
  totalBytes: number;
}

/** A longer gap begins a new file; over a shorter one the picture before it stands. */
const LONGEST_BRIDGE_MS = 60_000;
/** Overlaps come of clocks that are set back. */
const LONGEST_OVERLAP_MS = 1000;
/** Two of these are all that copying holds. */
const BUFFER_BYTES = 4 * 1024 * 1024;
const PROGRESS_EVERY_BYTES = 32 * 1024 * 1024;

/**
 * Cuts footage to MP4 files for any player, without encoding anything anew: tables first, then pictures and sound as the camera
 * sent them. Reads the heads of all files, then copies. Rejects with what the disk says (ENOSPC).
 */
export async function cutFootage(request: CutRequest, onProgress: (progress: CutProgress) => void): Promise<CutResult> {
  const { drafts, missing } = draft(request);
  const progress = { doneBytes: 0, totalBytes: drafts.reduce((sum, { dataBytes }) => sum + dataBytes, 0) };
  const files: CutFile[] = [];
  for (const [i, movie] of drafts.entries()) {
    const name = `${i}.mp4`;
    const written = await write(movie, path.join(request.folder, name), (bytes) => {
      progress.doneBytes += bytes;
      if (progress.doneBytes % PROGRESS_EVERY_BYTES < bytes) onProgress(progress);
    });
    files.push({ name, ...written, from: movie.from, until: movie.until });
  }
  return { files, missing };
}

/** What goes into which file: a new one after a long gap, and where the format changes, as players take one format a track. */
function draft({ parts, from, until, exact }: CutRequest): { drafts: MovieDraft[]; missing: FootagePart[] } {
  const drafts: MovieDraft[] = [];
  const missing: FootagePart[] = [];
  let last: { init: Buffer; endedAt: number } | null = null;
  for (const part of parts) {
    const read = readPart(part);
    if (!read) {
      missing.push(part);
      continue;
    }
    const pauseMs = part.startedAt - (last?.endedAt ?? 0);
    const fits = last?.init.equals(read.init) && pauseMs <= LONGEST_BRIDGE_MS && pauseMs >= -LONGEST_OVERLAP_MS;
    if (!fits) drafts.push(new MovieDraft({ from, until, exact }, read.facts));
    drafts.at(-1)!.add(part, read.index);
    last = { init: read.init, endedAt: part.endedAt };
  }
  return { drafts: drafts.filter(({ isEmpty }) => !isEmpty), missing };
}

function readPart(part: FootagePart) {
  try {
    const { index, init } = indexFileSync(part.path);
    const facts = readInit(init);
    return facts && index.fragments.length > 0 ? { index, init, facts } : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function write(movie: MovieDraft, target: string, onCopied: (bytes: number) => void) {
  const file = await open(target, 'w');
  try {
    const out = new HashedFile(file);
    await out.write([movie.head()]);
    for (const { path: source, ranges } of movie.copies) {
      const from = await open(source, 'r');
      try {
        for (const group of groupsOf(ranges)) {
          await out.write(await readGroup(from, group, out.spare()));
          onCopied(group.reduce((sum, { bytes }) => sum + bytes, 0));
        }
      } finally {
        await from.close();
      }
    }
    return await out.end();
  } finally {
    await file.close();
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

/** A file that is hashed while it is written; reading, writing and hashing go on beside each other. */
class HashedFile {
  readonly #file: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  readonly #buffers = [Buffer.allocUnsafe(BUFFER_BYTES), Buffer.allocUnsafe(BUFFER_BYTES)];
  #written: Promise<unknown> = Promise.resolve();
  #bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The buffer that is not being written at present. */
  spare(): Buffer {
    this.#buffers.reverse();
    return this.#buffers[0]!;
  }

  /** Resolves when what was given before is written, so that at most two buffers are in use. */
  async write(pieces: Buffer[]): Promise<void> {
    await this.#written;
    this.#written = this.#writeAll(pieces);
    this.#written.catch(() => undefined); // told of by whoever waits for it next
    for (const piece of pieces) this.#hash.update(piece);
  }

  async end(): Promise<{ bytes: number; sha256: string }> {
    await this.#written;
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  async #writeAll(pieces: Buffer[]): Promise<void> {
    const wanted = pieces.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await this.#file.writev(pieces);
    this.#bytes += wanted;
    if (bytesWritten < wanted) throw Object.assign(new Error('the disk took only a part'), { code: 'ENOSPC' });
  }
}
