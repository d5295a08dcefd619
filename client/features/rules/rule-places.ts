import type { Camera } from '#contract/cameras.ts';
import type { Hall, Region } from '#contract/places.ts';
import { RulePlace } from '#contract/rule-places.ts';
import { nameIn, type Translate } from '../../wall/alert-text.ts';

export interface KnownPlaces {
  regions: readonly Region[];
  halls: ReadonlyMap<string, Hall>;
  cameras: ReadonlyMap<string, Camera>;
}

/** A place as a choice of a list; `placeOf` is the other way round. */
export function keyOf(place: RulePlace): string {
  switch (place.of) {
    case 'region':
      return `region/${place.regionId}`;
    case 'hall':
      return `hall/${place.hallId}`;
    case 'window':
      return `window/${place.hallId}/${place.windowId}`;
    case 'camera':
      return `camera/${place.hallId}/${place.cameraId}`;
  }
}

export function placeOf(key: string): RulePlace {
  const [of, first, second] = key.split('/');
  return RulePlace.parse({ of, regionId: first, hallId: first, windowId: second, cameraId: second });
}

/** What a place is called: "Civic hall, window 03"; what is gone by its id. */
export function placeText(place: RulePlace, { regions, halls, cameras }: KnownPlaces, language: string, t: Translate) {
  if (place.of === 'region') {
    const region = regions.find(({ id }) => id === place.regionId);
    return region ? nameIn(region.name, language) : place.regionId;
  }
  const hall = halls.get(place.hallId);
  const hallName = hall ? nameIn(hall.name, language) : place.hallId;
  if (place.of === 'hall') return hallName;
  if (place.of === 'camera') return `${hallName} ${cameras.get(place.cameraId)?.name ?? place.cameraId}`;
  const label = hall?.windows.find(({ id }) => id === place.windowId)?.label ?? place.windowId;
  return `${hallName} ${t('wall.windows.number', { label })}`;
}
