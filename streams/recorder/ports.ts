import type { ErrorCode } from '#contract/errors.ts';
import type { GapCause } from '#contract/footage.ts';
import type { StreamKey } from '#lib/recorder-report.ts';

/** Why nothing can be written. */
export interface DiskTrouble {
  readonly cause: Extract<GapCause, 'disk-full' | 'protected-full' | 'disk-failed'>;
  readonly code: ErrorCode;
}

export interface VolumeRoot {
  readonly id: string;
  /** An absolute folder. */
  readonly path: string;
  /** A file in it that is there while its disk is: without it, the folder is the empty place where a disk was mounted. */
  readonly sign?: string;
}

export type VolumeChoice = { ok: true; volume: VolumeRoot } | ({ ok: false } & DiskTrouble);

/** Where footage goes. Answers at once, from what it knows; what it knows is its own affair. */
export interface VolumePort {
  /** Asked before each file. */
  choose(stream: StreamKey): VolumeChoice;
  /** Writing to this volume failed. The recorder asks again with the next key picture. */
  failed(volumeId: string, trouble: DiskTrouble, detail: string): void;
}
