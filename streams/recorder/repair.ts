import { createHash } from 'node:crypto';
import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { SegmentEnd } from '#contract/footage.ts';
import { footagePath } from '#lib/footage-files.ts';
import { DAMAGED, parseFootagePath, PART } from './paths.ts';
import type { RunFacts, SegmentFacts } from '#lib/recorder-report.ts';
import type { VolumeRoot } from './ports.ts';
import { scanSegment, type SegmentScan } from './segment-scan.ts';

/** The least that a disk writes. */
const SECTOR_BYTES = 512;

/** What a file tells: its row, and that of its run, as far as one file knows it. */
export interface FoundSegment {
  readonly segment: SegmentFacts;
  readonly run: RunFacts;
}

/**
 * Finishes a file that was being written when something ended it: cuts it to its last whole fragment, waits for the disk and
 * gives it its name. `relative` is its name without `.part`. Null where nothing in it is whole: it is kept as `.damaged`.
 * @throws what the disk throws.
 */
export async function finishPart(volume: VolumeRoot, relative: string): Promise<FoundSegment | null> {
  const part = path.join(volume.path, relative + PART);
  const file = await open(part, 'r+');
  let scan: SegmentScan | null;
  let sha256: Buffer;
  try {
    await cutEmptyEnd(file);
    scan = await scanSegment(file);
    if (scan) await file.truncate(scan.wholeBytes);
    await file.datasync();
    sha256 = await hashOf(file);
  } finally {
    await file.close();
  }
  const truer = scan ? nameOf(relative, scan) : relative + DAMAGED;
  const name = path.join(volume.path, truer);
  await mkdir(path.dirname(name), { recursive: true });
  await rename(part, name);
  return scan && foundIn(volume.id, truer, scan, sha256, 'crash');
}

/** By what its fragments tell of its beginning, where that is earlier than its name. */
function nameOf(relative: string, { startedAt }: SegmentScan): string {
  const file = parseFootagePath(relative);
  return file ? footagePath({ ...file, startedAt: Math.min(file.startedAt, Math.round(startedAt)) }) : relative;
}

/** Reads a finished file; null where it is not whole. @throws what the disk throws. */
export async function readSegment(volume: VolumeRoot, relative: string, end: SegmentEnd): Promise<FoundSegment | null> {
  const file = await open(path.join(volume.path, relative), 'r');
  try {
    const scan = await scanSegment(file);
    const { size } = await file.stat();
    return scan && scan.wholeBytes === size ? foundIn(volume.id, relative, scan, await hashOf(file), end) : null;
  } finally {
    await file.close();
  }
}

/**
 * After a power cut a file may be as long as it was to be, and empty from where the disk had not written. Pictures never end
 * in zeroes, so that what looks whole and is not is known by them.
 */
async function cutEmptyEnd(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const block = Buffer.alloc(64 * 1024);
  let end = size;
  for (let from = size, last = -1; last < 0 && end > 0; end = from + last + 1) {
    from = Math.max(0, end - block.length);
    const { bytesRead } = await file.read(block, 0, end - from, from);
    last = block.subarray(0, bytesRead).findLastIndex((byte) => byte !== 0);
  }
  if (size - end >= SECTOR_BYTES) await file.truncate(end);
}

async function hashOf(file: FileHandle): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) hash.update(chunk as Buffer);
  return hash.digest();
}

function foundIn(
  volumeId: string,
  relative: string,
  scan: SegmentScan,
  sha256: Buffer,
  end: SegmentEnd,
): FoundSegment | null {
  const name = parseFootagePath(relative);
  if (!name) return null;
  const { cameraId, role, run, number, startedAt } = name;
  const endedAt = Math.round(startedAt + scan.lastsMs);
  const { codec, width, height, fps, sound, frames, initBytes, startTicks, wholeBytes } = scan;
  return {
    segment: {
      ...{ cameraId, role, run, number, volumeId, startedAt, endedAt, frames, initBytes, startTicks, end, sha256 },
      ...{ bytes: wholeBytes, clockOffsetMs: scan.note?.clockOffsetMs ?? null },
    },
    run: { id: run, cameraId, role, startedAt, codec, width, height, fps, sound },
  };
}
