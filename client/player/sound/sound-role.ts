import type { CameraProfile, ProfileRole } from '#contract/cameras.ts';

/** The stream whose sound is heard: the one that is seen, unless only the other is known to have any. */
export function soundRole(profiles: readonly Pick<CameraProfile, 'role' | 'audio'>[], seen: ProfileRole): ProfileRole {
  const other = seen === 'sub' ? 'main' : 'sub';
  const has = (role: ProfileRole) => profiles.some((profile) => profile.role === role && profile.audio !== null);
  return !has(seen) && has(other) ? other : seen;
}
