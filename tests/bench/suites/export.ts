import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cut } from '../../../streams/footage/cutting.ts';
import type { FootagePart } from '../../../streams/footage/movie-draft.ts';
import { makeRun } from '../../helpers/footage-files.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const exec = promisify(execFile);
const suite = 'export';
const FILES = 360;
const SEGMENT_MS = 10_000;
/** Ours and the peer take turns, so that what else the machine does falls on both. */
const ROUNDS = 5;

/**
 * An hour of a camera exported, beside `cp` of the same bytes from the same disk to the same disk, and beside SHA-256 of as many
 * bytes alone: a file's hash is one chain from its first byte to its last, so no export with a hash is faster than that.
 */
export async function exporting(printer: FigurePrinter): Promise<void> {
  const base = path.resolve(import.meta.dirname, '../../../.hallwatch');
  await mkdir(base, { recursive: true });
  const folder = await mkdtemp(path.join(base, 'bench-export-'));
  try {
    const parts = await hour(folder);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const [ours, peer, hash]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      peer.push(await timed(() => exec('cp', ['-r', path.join(folder, 'hour'), path.join(folder, 'copy')])));
      await rm(path.join(folder, 'copy'), { recursive: true });
      const target = path.join(folder, 'export');
      await mkdir(target);
      ours.push(await timed(() => exported(parts, target)));
      hash.push(await timed(() => hashed(bytes)));
      await rm(target, { recursive: true });
    }
    const [mine, theirs, alone] = [quantile(ours, 0.5), quantile(peer, 0.5), quantile(hash, 0.5)];
    const speed = (ms: number) => `${(bytes / 1e3 / ms).toFixed(0)} MB/s`;
    const note = `median of ${ROUNDS} turns, ${(bytes / 1e6).toFixed(0)} MB in ${FILES} files: ${speed(mine)} with SHA-256 beside ${speed(theirs)}`;
    printer.print({
      suite,
      figure: 'export.cp_ratio',
      value: theirs / mine,
      unit: 'x cp',
      aim: 0.5,
      atLeast: true,
      note,
    });
    const bound = `SHA-256 alone: ${speed(alone)}, with which no export is faster than ${(theirs / alone).toFixed(2)} x cp`;
    printer.print({ suite, figure: 'export.hash_ratio', value: alone / mine, unit: 'x SHA-256', note: bound });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** 360 files of 10 s with sound, at 2.5 Mbit/s, each a run of its own, as one file is made and copied. */
async function hour(folder: string): Promise<(FootagePart & { bytes: number })[]> {
  const order = { volume: path.join(folder, 'made'), cameraId: 'cam', run: '01KA0000000000000000000000', startedAt: 0 };
  const [made] = await makeRun({ ...order, seconds: 10, segmentSec: 20, size: '1280x720', bitrate: '2500k' });
  await mkdir(path.join(folder, 'hour'));
  const parts = [];
  for (let i = 0; i < FILES; i += 1) {
    const target = path.join(folder, 'hour', `${i}.mp4`);
    await copyFile(made!.path, target);
    const [startedAt, endedAt] = [i * SEGMENT_MS, (i + 1) * SEGMENT_MS];
    parts.push({ ...made!, path: target, run: `run-${i}`, number: 0, startedAt, endedAt });
  }
  return parts;
}

async function exported(parts: FootagePart[], folder: string): Promise<void> {
  const { files } = await cut({
    ...{ parts, from: 0, until: FILES * SEGMENT_MS, exact: false, folder },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
  });
  if (files.length !== 1) throw new Error(`${files.length} files for one hour`);
}

/** So many bytes that lie in the processor's cache. */
function hashed(bytes: number): void {
  const block = Buffer.alloc(1024 * 1024, 7);
  const hash = createHash('sha256');
  for (let left = bytes; left > 0; left -= block.length) hash.update(block);
  hash.digest();
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
