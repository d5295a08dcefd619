import type { PlanImage } from '#contract/places.ts';

/** Where the picture under a hall's plan lies; it never changes under this address. */
export function planImageUrl(hallId: string, { sha256 }: PlanImage): string {
  return `/api/halls/${hallId}/plan-images/${sha256}`;
}
