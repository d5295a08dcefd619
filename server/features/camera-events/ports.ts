import type { CameraEvent } from '#contract/camera-events.ts';
import type { Camera } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import type { Emitter } from '#lib/emitter.ts';

export interface CameraAccess {
  onvifUrl: string;
  username: string;
  password: string;
  /** Whether they may be shown to the camera; another one where they have changed. */
  guard: CredentialGuard;
}

export type SubscriptionState =
  { status: 'connecting' } | { status: 'live' } | { status: 'lost'; code: ErrorCode; detail: string };

/** Listens to what a camera notices by itself, until the signal is aborted. Never rejects. */
export type SubscribeEvents = (
  request: CameraAccess & {
    signal: AbortSignal;
    onEvent: (event: Omit<CameraEvent, 'cameraId'>) => void;
    onState: (state: SubscriptionState) => void;
  },
) => Promise<void>;

/** What is needed to know of the cameras. */
export interface CamerasPort {
  list(): Camera[];
  accessTo(cameraId: string): CameraAccess;
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
}
