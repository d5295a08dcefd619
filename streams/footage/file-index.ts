import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { BOX_HEAD_BYTES, boxAt, boxesIn, type Box } from './boxes.ts';

/** One coded picture or piece of sound, and where it lies in its file. */
export interface Sample {
  offset: number;
  bytes: number;
  key: boolean;
  /** In ticks of its track, as is its duration. */
  decodeTime: number;
  duration: number;
}

/** The samples of one track in one fragment: they lie one behind the other. */
export interface TrackFragment {
  trackId: number;
  samples: Sample[];
  /** Where the decode time of its first sample stands in the file, and how long it is: 4 or 8 bytes. */
  timeAt: number;
  timeBytes: number;
}

export interface FileIndex {
  /** Of ftyp and moov at the head of the file. */
  initBytes: number;
  fragments: TrackFragment[][];
  /** To the end of the last whole fragment. */
  wholeBytes: number;
}

/** What is to be read next. Fewer bytes are given only at the end of the file. */
interface Wanted {
  at: number;
  bytes: number;
}

/** One read covers the heads of a fragment: half a second of pictures and sound is described in some 600 bytes. */
const READ_BYTES = 4096;
/** A moof that claims to be larger is none: no half second has a hundred thousand samples. */
const MAX_MOOF_BYTES = 2 * 1024 * 1024;
const MAX_INIT_BYTES = 1024 * 1024;

/**
 * Indexes a fragmented MP4 file by its heads alone; the pictures are stepped over. What is not whole at its end, or does
 * not read as what it should be, ends the index. It asks for bytes by `yield`, so that the same lines serve both kinds of reading.
 */
function* indexing(size: number): Generator<Wanted, FileIndex, Buffer> {
  const index: FileIndex = { initBytes: 0, fragments: [], wholeBytes: 0 };
  let fragment: TrackFragment[] | null = null;
  let window: Buffer = Buffer.alloc(0);
  let windowAt = 0;
  for (let at = 0; at < size;) {
    if (at + BOX_HEAD_BYTES > windowAt + window.length || at < windowAt) {
      window = yield { at, bytes: READ_BYTES };
      windowAt = at;
    }
    const head = boxAt(window, at - windowAt);
    if (!head) break;
    const end = windowAt + head.end;
    if (end > size) break;
    if (head.type === 'moof') {
      if (end - at > MAX_MOOF_BYTES) break;
      if (end > windowAt + window.length) {
        window = yield { at, bytes: end - at };
        windowAt = at;
      }
      fragment = readMoof(window, boxAt(window, at - windowAt)!, at);
      if (!fragment || fragment.some(({ samples }) => samples.some((s) => s.offset + s.bytes > size))) break;
    } else if (head.type === 'moov') {
      index.initBytes = end;
    } else if (head.type === 'mdat' && fragment) {
      index.fragments.push(fragment);
      index.wholeBytes = end;
      fragment = null;
    }
    at = end;
  }
  index.wholeBytes ||= index.initBytes;
  return index;
}

/** Reads the index of an open file of this size. */
export async function readIndex(file: FileHandle, size: number): Promise<FileIndex> {
  const work = indexing(size);
  let step = work.next();
  while (!step.done) step = work.next(await readAt(file, step.value.at, step.value.bytes));
  return step.value;
}

/** The same without leaving the thread, for a thread of its own; and the head of the file with it. */
export function indexFileSync(path: string): { index: FileIndex; init: Buffer } {
  const file = openSync(path, 'r');
  try {
    const work = indexing(fstatSync(file).size);
    let step = work.next();
    while (!step.done) step = work.next(readAtSync(file, step.value.at, step.value.bytes));
    return { index: step.value, init: readAtSync(file, 0, Math.min(step.value.initBytes, MAX_INIT_BYTES)) };
  } finally {
    closeSync(file);
  }
}

/** Up to so many bytes; fewer only at the end of the file. */
export async function readAt(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}

function readAtSync(file: number, at: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  return buffer.subarray(0, readSync(file, buffer, 0, bytes, at));
}

/** The tracks of a movie fragment (8.8.4) that begins at `fileAt`; null where it does not read as one. */
function readMoof(bytes: Buffer, moof: Box, fileAt: number): TrackFragment[] | null {
  try {
    return boxesIn(bytes, moof.content, moof.end)
      .filter(({ type }) => type === 'traf')
      .map((traf) => readTrack(bytes, moof, traf, fileAt));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** ISO/IEC 14496-12, 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt): what each flag says is there. */
const TFHD = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20 };
const TRUN = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 };
const NOT_A_KEY = 0x10000;

function readTrack(bytes: Buffer, moof: Box, traf: Box, moofAt: number): TrackFragment {
  const track: TrackFragment = { trackId: 0, samples: [], timeAt: 0, timeBytes: 0 };
  const standard = { duration: 0, size: 0, flags: 0 };
  let decodeTime = 0;
  for (const { type, content } of boxesIn(bytes, traf.content, traf.end)) {
    const flags = bytes.readUInt32BE(content) & 0xffffff;
    let at = content + 4;
    const next = () => bytes.readUInt32BE((at += 4) - 4);
    if (type === 'tfhd') {
      track.trackId = next();
      if (flags & TFHD.base) at += 8;
      if (flags & TFHD.description) at += 4;
      if (flags & TFHD.duration) standard.duration = next();
      if (flags & TFHD.size) standard.size = next();
      if (flags & TFHD.flags) standard.flags = next();
    } else if (type === 'tfdt') {
      track.timeBytes = bytes[content] === 1 ? 8 : 4;
      track.timeAt = moofAt + at - moof.at;
      decodeTime = track.timeBytes === 8 ? Number(bytes.readBigUInt64BE(at)) : next();
    } else if (type === 'trun') {
      const count = next();
      let offset = moofAt + (flags & TRUN.offset ? bytes.readInt32BE((at += 4) - 4) : 0);
      const firstFlags = flags & TRUN.firstFlags ? next() : null;
      for (let i = 0; i < count; i += 1) {
        const duration = flags & TRUN.duration ? next() : standard.duration;
        const size = flags & TRUN.size ? next() : standard.size;
        const ownFlags = flags & TRUN.flags ? next() : standard.flags;
        if (flags & TRUN.composition) at += 4;
        const key = ((i === 0 && firstFlags !== null ? firstFlags : ownFlags) & NOT_A_KEY) === 0;
        track.samples.push({ offset, bytes: size, key, decodeTime, duration });
        offset += size;
        decodeTime += duration;
      }
    }
  }
  return track;
}
