import { createHash } from 'node:crypto';
import type { FootageFile } from './footage-files.ts';

/** What a link of the chain vouches for. */
export interface ChainedSegment extends FootageFile {
  /** Epoch ms. */
  endedAt: number;
  bytes: number;
  frames: number;
  /** Of the file, 32 bytes. */
  sha256: Uint8Array;
}

/** What the first link of a stream follows; that link has the number 1. */
export const CHAIN_START: Uint8Array = new Uint8Array(32);

/** The next link of a stream's chain (docs/decisions/0005-footage.md): SHA-256, 32 bytes. */
export function chainLink(before: Uint8Array, segment: ChainedSegment): Buffer {
  const { cameraId, role, run, number, startedAt, endedAt, bytes, frames, sha256 } = segment;
  const facts = [cameraId, role, run, number, startedAt, endedAt, bytes, frames].join('|');
  return createHash('sha256').update(before).update(sha256).update(facts).digest();
}
