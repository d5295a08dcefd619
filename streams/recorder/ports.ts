import type { ProfileRole } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { GapCause, SegmentEnd } from '#contract/footage.ts';
import type { SoundCodec, StreamCodec } from '../access-unit.ts';

/** One profile of one camera. */
export interface StreamKey {
  readonly cameraId: string;
  readonly role: ProfileRole;
}

/** Why nothing can be written. */
export interface DiskTrouble {
  readonly cause: Extract<GapCause, 'disk-full' | 'protected-full' | 'disk-failed'>;
  readonly code: ErrorCode;
}

export interface VolumeRoot {
  readonly id: string;
  /** An absolute folder. */
  readonly path: string;
}

export type VolumeChoice = { ok: true; volume: VolumeRoot } | ({ ok: false } & DiskTrouble);

/** Where footage goes. Answers at once, from what it knows; what it knows is its own affair. */
export interface VolumePort {
  /** Asked before each file. */
  choose(stream: StreamKey): VolumeChoice;
  /** Writing to this volume failed. The recorder asks again with the next key picture. */
  failed(volumeId: string, trouble: DiskTrouble, detail: string): void;
}

/** What a run holds: all its pictures are of one format. */
export interface RunFacts extends StreamKey {
  /** ULID. */
  readonly id: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly codec: StreamCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  readonly sound: SoundCodec | null;
}

/** One file, whole and on its disk. */
export interface SegmentFacts extends StreamKey {
  readonly run: string;
  readonly number: number;
  readonly volumeId: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly bytes: number;
  readonly frames: number;
  readonly initBytes: number;
  readonly startTicks: number;
  readonly end: SegmentEnd;
  readonly clockOffsetMs: number | null;
  readonly sha256: Buffer;
}

export interface GapFacts {
  readonly cause: GapCause;
  readonly detail: string | null;
}

/** What is to be remembered of a stream, in the order in which it happened. Times are epoch ms. */
export type RecorderReport = StreamKey &
  (
    | { type: 'run-began'; run: RunFacts }
    | { type: 'segment'; segment: SegmentFacts }
    /** `endedAt`: of its last picture that is on disk. */
    | { type: 'run-ended'; runId: string; endedAt: number; end: SegmentEnd }
    | ({ type: 'gap-began'; at: number } & GapFacts)
    /** The gap that lasts is over; at its beginning or before: there was none. */
    | { type: 'gap-ended'; at: number }
  );
