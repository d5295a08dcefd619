import type { Alert } from '#contract/alerts.ts';
import type { Camera, ProfileRole } from '#contract/cameras.ts';
import type { GapCause, RecordingState } from '#contract/footage.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { GapFacts, RunFacts, SegmentFacts, StreamKey } from '#lib/recorder-report.ts';

/** What recordings need of cameras. */
export interface CamerasPort {
  list(): Camera[];
  /** Throws NOT_FOUND. */
  get(cameraId: string): Camera;
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
}

export interface AlertsPort {
  open(): Alert[];
  readonly changed: Emitter<Alert>;
}

/** When halls are open: by the calendar, and where that says nothing by what their windows say. Null: nothing says so. */
export interface HoursPort {
  isOpen(hallId: string): boolean | null;
  /** When that changes next, epoch ms; null where the calendar does not tell. */
  nextChange(hallId: string): number | null;
  /** Something about hours changed: of this hall, or of all. */
  readonly changed: Emitter<string | null>;
}

/** What a stream's recorder is to do from now on. */
export interface Assignment extends StreamKey {
  record: boolean;
  cause: Extract<GapCause, 'not-planned' | 'schedule' | 'camera-disabled'>;
  preRollMs: number;
}

export type RecorderStatus = StreamKey & Pick<RecordingState, 'status' | 'cause' | 'code' | 'fps' | 'bytesPerSec'>;

/** What records. Its reports go where it was told to when it was made. */
export interface RecorderPort {
  start(): void;
  stop(): Promise<void>;
  /** `beginning` counts where it is the first word about the stream. */
  assign(assignment: Assignment, beginning: { from: number; gap: GapFacts | null }): void;
  remove(stream: StreamKey): Promise<void>;
  statuses(): RecorderStatus[];
  /** Runs whose files are being written. */
  runs(): ReadonlySet<string>;
  readonly statusChanged: Emitter<RecorderStatus>;
}

export interface VolumeRoot {
  id: string;
  path: string;
  /** A file that is there while the disk is. */
  sign?: string;
}

export interface VolumesPort {
  /** Those that can be read and written now. */
  usable(): VolumeRoot[];
  /** Stores that can be read now: what lies there was moved, and is compared when somebody asks. */
  stores(): VolumeRoot[];
}

/** A file of footage, as its name tells. */
export interface FileName extends StreamKey {
  /** In its volume, without `.part`. */
  relative: string;
  run: string;
  number: number;
  startedAt: number;
  /** It was being written. */
  partial: boolean;
  bytes: number;
}

export interface FoundSegment {
  segment: SegmentFacts;
  run: RunFacts;
}

/** What recordings need of the files themselves. All throw what the disk throws. */
export interface FilesPort {
  /** Streams that have a folder. */
  streams(volume: VolumeRoot): Promise<StreamKey[]>;
  /** Throws VOLUME_AWAY, STORE_AWAY, STORE_REFUSED. Files of a stream from this hour on, and names in its folders that are none of ours. */
  list(
    volume: VolumeRoot,
    stream: { cameraId: string; role: ProfileRole },
    since: number,
  ): Promise<{ files: FileName[]; unknown: string[] }>;
  /** Cuts a file that broke off to what is whole and finishes it; null where nothing is. */
  finishPart(volume: VolumeRoot, relative: string): Promise<FoundSegment | null>;
  /** Null where it is not whole. */
  readSegment(volume: VolumeRoot, relative: string): Promise<FoundSegment | null>;
}
