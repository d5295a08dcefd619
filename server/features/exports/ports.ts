import type { TimelineGap } from '#contract/footage.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import type { FootageFile } from '#lib/footage-files.ts';
import type { TokenOwner } from '#lib/rights.ts';

/** From one instant to another, epoch ms. */
export interface Span {
  from: number;
  until: number;
}

/** A file of footage that goes into an export. */
export interface Source extends FootageFile, Span {
  path: string;
  /** The volume, where that is a store. */
  store: string | null;
  endedAt: number;
  startTicks: number;
  bytes: number;
  /** Hex; null for one that was still being written. */
  sha256: string | null;
}

/** All that is known of a camera's footage in a span. */
export interface Sources {
  files: Source[];
  gaps: TimelineGap[];
  /** Of the camera's hall, for the names of files. */
  timeZone: string;
}

/** What exports need of footage. Throws NOT_FOUND for a camera that never was. */
export interface FootagePort {
  sources(username: string, cameraId: string, span: Span): Promise<Sources>;
}

/** What exports need of stores. */
export interface StoresPort {
  /** False where the store does not have the file as it was recorded. Throws FOOTAGE_AWAY where it does not answer. */
  fetch(
    file: FootageFile & { volumeId: string; bytes: number; sha256: string },
    target: string,
    signal?: AbortSignal,
  ): Promise<boolean>;
}

export interface CutFile extends Span {
  name: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** What somebody sees covered. */
export interface MasksPort {
  coveredFor(owner: TokenOwner, cameraId: string): readonly MaskRegion[];
}

/** Makes a cut file anew with parts of it covered. Rejects as `CutPort` does, or with FFMPEG_MISSING. */
export type CoverPort = (order: {
  path: string;
  target: string;
  masks: readonly MaskRegion[];
  signal: AbortSignal;
}) => Promise<{ bytes: number; sha256: string }>;

/** Cuts files of footage to MP4 files in a folder. Rejects with the reason of the signal, EXPORT_DISK_FULL or EXPORT_FAILED. */
export type CutPort = (
  request: Span & {
    parts: Source[];
    exact: boolean;
    folder: string;
    signal: AbortSignal;
    onProgress: (progress: { doneBytes: number; totalBytes: number }) => void;
  },
) => Promise<{ files: CutFile[]; missing: { startedAt: number; endedAt: number }[] }>;

/** Signs what is handed over. */
export type SealPort = () => Promise<{ keyId: string; sign(text: string): Buffer }>;
