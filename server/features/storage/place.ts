import type { Readable } from 'node:stream';
import type { DiskReading } from './disk.ts';

/** Between the steps of taking a file; a test ends the world there. */
export type TakeStep = 'copied' | 'verified' | 'renamed';

/** A file that is to be taken over. */
export interface Arriving {
  content: Readable;
  bytes: number;
  sha256: Buffer;
}

/** Where files of footage lie: a folder, or a store. Files are named by their path in the volume; all throw what the disk throws. */
export interface Place {
  /** Looks whether it is there, is the right one and can be written to; never rejects. */
  look(): Promise<DiskReading>;
  /** SHA-256 of a file; null where it is not there. */
  hash(path: string, signal?: AbortSignal): Promise<Buffer | null>;
  /** Null where it is not there. */
  read(path: string, signal?: AbortSignal): Promise<Readable | null>;
  /** Over when it lies there whole, was read back, and stays. */
  take(
    path: string,
    file: Arriving,
    signal: AbortSignal,
    onStep: (step: TakeStep) => Promise<void> | void,
  ): Promise<void>;
  /** With what a broken copy left. One that is not there is removed already. `andFolders`: as well as those that are empty. */
  remove(path: string, andFolders: boolean): Promise<void>;
}
