import { z } from 'zod';
import { CameraId, HallId, RegionId, WindowId } from './ids.ts';

/** Where a rule holds: in a region with all that lies below it, in a hall, at a window, or for a camera. */
export const RulePlace = z.discriminatedUnion('of', [
  z.object({ of: z.literal('region'), regionId: RegionId }),
  z.object({ of: z.literal('hall'), hallId: HallId }),
  z.object({ of: z.literal('window'), hallId: HallId, windowId: WindowId }),
  z.object({ of: z.literal('camera'), hallId: HallId, cameraId: CameraId }),
]);
export type RulePlace = z.infer<typeof RulePlace>;

/** Null: everywhere. More places than these are a region, or everywhere. */
export const RulePlaces = z.array(RulePlace).max(200).nullable();
export type RulePlaces = z.infer<typeof RulePlaces>;

/** A hall in the tree of regions: its own region and those above it. */
interface HallInTree {
  hallId: string;
  regionIds: readonly string[];
}

/** Of these places, those in this hall; null: all of it; none: nothing of it. */
export function placesIn(places: RulePlaces, { hallId, regionIds }: HallInTree): RulePlaces {
  if (places === null) return null;
  const isAllOfIt = (place: RulePlace) =>
    place.of === 'region' ? regionIds.includes(place.regionId) : place.of === 'hall' && place.hallId === hallId;
  if (places.some(isAllOfIt)) return null;
  return places.filter((place) => place.of !== 'region' && place.hallId === hallId);
}

/** Whether a rule that holds at these places of a hall holds for this subject of it. */
export function holdsFor(
  places: RulePlaces,
  { windowId, cameraId }: { windowId: string | null; cameraId: string | null },
): boolean {
  const isIt = (place: RulePlace) =>
    place.of === 'window' ? place.windowId === windowId : place.of === 'camera' && place.cameraId === cameraId;
  return places === null || places.some(isIt);
}
