import type { CameraEvent } from '#contract/camera-events.ts';
import type { Camera } from '#contract/cameras.ts';
import type { Emitter } from '#lib/emitter.ts';

export interface CameraAccess {
  onvifUrl: string;
  username: string;
  password: string;
}

/** Listens to what a camera notices by itself, until the signal is aborted. Never rejects. */
export type SubscribeEvents = (
  request: CameraAccess & {
    signal: AbortSignal;
    onEvent: (event: Omit<CameraEvent, 'cameraId'>) => void;
    onState: (state: { status: string }) => void;
  },
) => Promise<void>;

/** What is needed to know of the cameras. */
export interface CamerasPort {
  list(): Camera[];
  accessTo(cameraId: string): CameraAccess;
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
}
