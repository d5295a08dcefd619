import type { SourceKind } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from './access-unit.ts';

export type { SourceKind } from '#contract/cameras.ts';

/** What a source needs to know of the camera. */
export interface SourceAddress {
  /** rtsp:// address without credentials. */
  readonly uri: string;
  readonly username: string;
  readonly password: string;
  /** Whether they may be shown to the camera; without it, they may. */
  readonly guard?: CredentialGuard | undefined;
}

/** Where a source puts what it reads. Called in the order of the stream, never after `run` has resolved. */
export interface SourceSink {
  /** Before the first unit, and before the key unit from which a new format holds. */
  format(format: StreamFormat): void;
  unit(unit: AccessUnit): void;
  /** A picture arrived that cannot be shown: part of it was lost, or it builds on one that was. */
  dropped(): void;
  /** Before the first unit, where the camera sends sound that we carry. */
  soundFormat?(format: SoundFormat): void;
  sound?(unit: SoundUnit): void;
  /** How the packets fared since the last report, every few seconds; from sources that can tell. */
  link?(report: LinkReport): void;
}

/** RFC 3550, 6.4.1. */
export interface LinkReport {
  /** Packets of pictures since the last report. */
  expected: number;
  lost: number;
  jitterMs: number;
  /** The camera's clock minus ours; null where it has not said or says nonsense. */
  clockOffsetMs: number | null;
}

/** Why a camera could not be read, in the words of the catalogue. */
export type SourceCode = Extract<
  ErrorCode,
  | 'CAMERA_UNREACHABLE'
  | 'CAMERA_UNAUTHORIZED'
  | 'CAMERA_CREDENTIALS_REFUSED'
  | 'CAMERA_NO_STREAM'
  | 'CAMERA_CODEC_UNSUPPORTED'
  | 'CAMERA_PROTOCOL'
  | 'CAMERA_SILENT'
  | 'CAMERA_ADDRESS_FORBIDDEN'
  | 'CAMERA_NOT_PUSHING'
  | 'RTMP_OFF'
  | 'FFMPEG_MISSING'
>;

/** A live stream has no good end of its own: either we asked it to stop, or it failed. */
export type SourceEnd = { reason: 'stopped' } | { reason: 'failed'; code: SourceCode; detail: string };

/** One way to the pictures of a camera. */
export interface Source {
  readonly kind: SourceKind;
  /**
   * Connects and reads until the signal is aborted or the camera fails; holds nothing open after it has resolved.
   * Never rejects for anything a camera or a network can do.
   */
  run(sink: SourceSink, signal: AbortSignal): Promise<SourceEnd>;
}
