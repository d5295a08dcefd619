import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import type { Belt } from './belt.ts';
import { Conveyor } from './conveyor.ts';
import { indexFileSync } from './file-index.ts';
import { readInit } from './init-facts.ts';
import { MovieDraft, type Cut, type FootagePart } from './movie-draft.ts';

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
const PROGRESS_EVERY_BYTES = 32 * 1024 * 1024;

/**
 * Cuts footage to MP4 files for any player, without encoding anything anew: tables first, then pictures and sound as the camera
 * sent them. Reads the heads of all files, then copies; whoever is at the other end of the
 * belt hashes. Throws what the disk says (ENOSPC).
 */
export function cutFootage(request: CutRequest, belt: Belt, onProgress: (progress: CutProgress) => void): CutResult {
  const { drafts, missing } = draft(request);
  const progress = { doneBytes: 0, totalBytes: drafts.reduce((sum, { dataBytes }) => sum + dataBytes, 0) };
  const conveyor = new Conveyor(belt);
  const files: CutFile[] = [];
  for (const [i, movie] of drafts.entries()) {
    const name = `${i}.mp4`;
    const written = write(movie, path.join(request.folder, name), conveyor, (bytes) => {
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

function write(movie: MovieDraft, target: string, conveyor: Conveyor, onCopied: (bytes: number) => void) {
  const file = openSync(target, 'w');
  try {
    conveyor.begin(file, movie.head());
    for (const { path: source, ranges } of movie.copies) conveyor.carry(source, ranges, onCopied);
    return conveyor.end();
  } finally {
    closeSync(file);
  }
}
