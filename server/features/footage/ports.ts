import type { Readable } from 'node:stream';
import type { Camera, ProfileRole } from '#contract/cameras.ts';
import type { CameraMark, MarkRequest } from '#contract/footage.ts';
import type { Hall } from '#contract/places.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import type { FootageFile } from '#lib/footage-files.ts';
import type { TokenOwner } from '#lib/rights.ts';

/** What footage needs to know of cameras. */
export interface CamerasPort {
  list(): Camera[];
}

/** What parts of a camera's pictures somebody does not see. */
export interface MasksPort {
  coveredFor(owner: TokenOwner, cameraId: string): readonly MaskRegion[];
}

export interface HallsPort {
  get(hallId: string): Hall | undefined;
}

/** A segment that is being written, as far as it is whole on its disk. Times are epoch ms. */
export interface OpenSegment {
  readonly cameraId: string;
  readonly role: ProfileRole;
  readonly run: string;
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly startTicks: number;
  readonly initBytes: number;
  readonly bytes: number;
  readonly frames: number;
  readonly path: string;
}

/** What is needed of recorders: the segments that they write now. */
export interface RecordersPort {
  openSegments(): readonly OpenSegment[];
  /** Whether files of the camera are in work. */
  isRecording(cameraId: string): boolean;
}

/** Tells the marks of cameras that touch a span. */
export type MarkSource = (request: MarkRequest) => Promise<CameraMark[]>;

/** A file of footage, as much of it as is safe to read. */
export interface ReadableFile {
  path: string;
  run: string;
  number: number;
  bytes: number;
  initBytes: number;
  /** Epoch ms. */
  startedAt: number;
  startTicks: number;
}

/** Files that do not lie on this machine. */
export interface StoresPort {
  /** Brings a file here, checked, and answers where it can be read at this moment. Throws FOOTAGE_AWAY, FOOTAGE_UNREADABLE. */
  bring(file: FootageFile & { volumeId: string; bytes: number; sha256: string }): Promise<string>;
}

export interface StillPicture {
  jpeg: Buffer;
  /** Epoch ms: when it was taken. */
  at: number;
}

/** What is needed of the part that reads files of footage. All throw FOOTAGE_AWAY or FOOTAGE_UNREADABLE. */
export interface ReaderPort {
  /** What to write over the file, so that its decode times are so much later. */
  later(file: ReadableFile, ms: number): Promise<{ at: number; bytes: Buffer }[]>;
  mimeType(file: ReadableFile): Promise<string>;
  keyPictures(file: ReadableFile): Promise<{ bytes: number; content: Readable }>;
  /** As H.264 with its sound, at the times of the file, from the key picture before an instant on; while `signal` lasts. */
  converted(
    file: ReadableFile,
    order: { keys: boolean; from: number; masks: readonly MaskRegion[] },
    signal: AbortSignal,
  ): Promise<Readable>;
  preview(
    file: ReadableFile,
    at: number,
    order: { width: number; masks: readonly MaskRegion[] },
  ): Promise<StillPicture>;
  snapshot(
    file: ReadableFile,
    at: number,
    order: { linesFor: (takenAt: number) => string[]; masks: readonly MaskRegion[] },
  ): Promise<StillPicture & { burntIn: boolean }>;
}
