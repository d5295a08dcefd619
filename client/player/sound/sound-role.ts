import type { CameraProfile, ProfileRole } from '#contract/cameras.ts';

/** The stream whose sound is heard: the smaller one, which is open anyway, unless only the other is known to have any. */
export function soundRole(profiles: readonly Pick<CameraProfile, 'role' | 'audio'>[]): ProfileRole {
  const has = (role: ProfileRole) => profiles.some((profile) => profile.role === role && profile.audio !== null);
  return !has('sub') && has('main') ? 'main' : 'sub';
}
