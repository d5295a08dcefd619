import type { ProfileRole } from '#contract/cameras.ts';
import type { GapCause, SegmentEnd } from '#contract/footage.ts';

/** One profile of one camera. */
export interface StreamKey {
  readonly cameraId: string;
  readonly role: ProfileRole;
}

/** What a run holds: all its pictures are of one format. */
export interface RunFacts extends StreamKey {
  /** ULID. */
  readonly id: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly codec: 'h264' | 'h265';
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  readonly sound: 'aac' | 'ulaw' | 'alaw' | null;
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
    /** It did not begin at `from`, as was told, but at `at`, which is earlier. */
    | { type: 'run-moved'; runId: string; from: number; at: number }
    | { type: 'segment'; segment: SegmentFacts }
    /** `endedAt`: of its last picture that is on disk. */
    | { type: 'run-ended'; runId: string; endedAt: number; end: SegmentEnd }
    | ({ type: 'gap-began'; at: number } & GapFacts)
    /** The gap that began at `from` is over; where that is its beginning or before it, there was none. */
    | { type: 'gap-ended'; from: number; at: number }
  );
