import type { LookRequest, StreamLook } from '#contract/camera-onboarding.ts';
import type { CameraProfile } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import type { Credentials } from './refusals.ts';

/**
 * Profiles of a camera without ONVIF, with what their streams really send. One that does not answer now is taken as it
 * was typed. Throws CAMERA_UNAUTHORIZED and CAMERA_ADDRESS_FORBIDDEN, which waiting does not mend.
 */
export async function seen(
  profiles: readonly CameraProfile[],
  by: Credentials,
  look: (request: LookRequest) => Promise<StreamLook>,
): Promise<CameraProfile[]> {
  const looks = new Map<string, Promise<StreamLook | null>>();
  for (const { streamUri } of profiles) {
    if (!looks.has(streamUri)) looks.set(streamUri, look({ streamUri, ...by }).catch(nothingOf));
    // One after the other: a wrong password is said once.
    await looks.get(streamUri);
  }
  return Promise.all(
    profiles.map(async (profile) => {
      const found = await looks.get(profile.streamUri);
      // What ffmpeg made of a stream is not what the camera sends.
      if (!found || found.source === 'ffmpeg') return profile;
      const { codec, width, height, fps, keyIntervalSec, keyIntervalOpen } = found;
      return {
        ...profile,
        codec,
        width,
        height,
        fps: Math.round(fps),
        keyIntervalSec: keyIntervalOpen ? null : keyIntervalSec,
      };
    }),
  );
}

function nothingOf(error: unknown): null {
  const waits = error instanceof AppError && error.code.startsWith('CAMERA_');
  if (!waits || error.code === 'CAMERA_UNAUTHORIZED' || error.code === 'CAMERA_ADDRESS_FORBIDDEN') throw error;
  return null;
}
