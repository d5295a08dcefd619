import type { ProfileRole } from '#contract/cameras.ts';

/** How a stream does: its pictures come; the last one stands still; there is none; this browser cannot decode it. */
export type StreamHealth = 'good' | 'standing' | 'none' | 'undecodable';

export interface StreamPlan {
  /** Streams that are connected, the smaller first. */
  open: ProfileRole[];
  /** The one that is seen, or whose words stand in its place. */
  shown: ProfileRole;
}

/**
 * Which streams of a camera a tile holds for the one that was chosen. The old picture stays until the new one is there;
 * until then, and if it never comes, the sub stream is shown, which costs the camera nothing as it is always pulled.
 */
export function planStreams(
  chosen: ProfileRole,
  offered: readonly ProfileRole[],
  health: Record<ProfileRole, StreamHealth>,
): StreamPlan {
  const other = offered.find((role) => role !== chosen);
  if (health[chosen] === 'good' || !other) return { open: [chosen], shown: chosen };
  const standsIn = other === 'sub' || health.sub === 'undecodable' || health[other] === 'good';
  if (!standsIn) return { open: [chosen], shown: chosen };
  const seen = (['good', 'standing'] as const).flatMap((as) => [chosen, other].filter((role) => health[role] === as));
  return { open: ['sub', 'main'], shown: seen[0] ?? 'sub' };
}
