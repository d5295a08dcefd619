import type { CameraControls, ImagingChange, PtzMove, PtzPreset } from '#contract/camera-control.ts';
import type { StreamLook } from '#contract/camera-onboarding.ts';
import type { Camera, CameraProbe, DiscoveredCamera, ProfileRole, StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import type { Emitter } from '#lib/emitter.ts';

/** A stream that shall be pulled, and how. */
export interface StreamTarget {
  cameraId: string;
  role: ProfileRole;
  /** rtsp:// without credentials; means nothing for a device that pushes. */
  uri: string;
  username: string;
  password: string;
  /** Whether the credentials may be shown to the camera. */
  guard: CredentialGuard;
  sourceChoice: Camera['sourceChoice'];
  /** Pulled always, or only while someone watches. */
  keepOpen: boolean;
}

/** What cameras need of the part that pulls streams. */
export interface StreamsPort {
  /** Replaces the target of this camera and role; a stream whose target stays the same is not disturbed. */
  setTarget(target: StreamTarget): void;
  /** Both streams, or that of one role; viewers are sent away with the code, NOT_FOUND where none is given. */
  removeTarget(cameraId: string, how?: { role?: ProfileRole; code?: ErrorCode }): void;
  states(): StreamState[];
  readonly stateChanged: Emitter<StreamState>;
}

/** What cameras need of the part that receives what devices push, each under the id of its camera. */
export interface PushPort {
  /** Null where nothing is received. */
  readonly listening: { host: string; port: number } | null;
  /** Lets in whoever gives this key, and out who came in with another one. */
  allow(name: string, key: string): void;
  forbid(name: string): void;
  isPublishing(name: string): boolean;
}

/** Asks a camera who it is. Throws AppError CAMERA_*, or the signal's reason. */
export type Describe = (request: {
  onvifUrl: string;
  username: string;
  password: string;
  /** Whether they may be shown; without it, they may. */
  guard?: CredentialGuard | undefined;
  timeoutMs: number;
  signal: AbortSignal;
}) => Promise<CameraProbe>;

/** Pulls a stream for some seconds. Throws AppError CAMERA_*, or the signal's reason. */
export type Look = (request: {
  address: { uri: string; username: string; password: string };
  signal: AbortSignal;
}) => Promise<StreamLook>;

/** Finds cameras on the link of one interface. Throws AppError DISCOVERY_FAILED. */
export type Discover = (request: {
  interfaceAddress: string;
  waitMs: number;
  signal: AbortSignal;
}) => Promise<Omit<DiscoveredCamera, 'knownAs' | 'answers'>[]>;

export interface CameraAccess {
  onvifUrl: string;
  username: string;
  password: string;
  /** Whether they may be shown to the camera; another one where they have changed. */
  guard: CredentialGuard;
}

/** Commands to one camera, in the words of its own tokens. All throw AppError CAMERA_*. */
export interface CameraControlPort {
  controls(): Promise<CameraControls>;
  move(move: PtzMove): Promise<void>;
  stop(): Promise<void>;
  home(): Promise<void>;
  goToPreset(token: string): Promise<void>;
  savePreset(name: string): Promise<PtzPreset>;
  removePreset(token: string): Promise<void>;
  setImaging(change: ImagingChange): Promise<void>;
  setRelay(token: string, on: boolean): Promise<void>;
}

/** Opens the controls of a camera; nothing is asked of it before the first command. */
export type OpenControls = (
  request: CameraAccess & {
    /** For each command. */
    timeoutMs: number;
    signal: AbortSignal;
  },
) => CameraControlPort;
