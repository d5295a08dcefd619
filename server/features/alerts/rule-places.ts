import { placeKindsOf, type AlertRule, type RuleKind } from '#contract/alert-rules.ts';
import type { RulePlace } from '#contract/rule-places.ts';
import { AppError } from '#lib/app-error.ts';
import type { CamerasPort, HallsPort, RegionsPort } from './ports.ts';

interface Tree {
  halls: Pick<HallsPort, 'list' | 'get'>;
  regions: Pick<RegionsPort, 'above' | 'has'>;
  cameras: Pick<CamerasPort, 'states'>;
}

/** Throws REQUEST_INVALID for a place that there is not, or at which a rule of this kind cannot hold. */
export function checkPlaces(places: readonly RulePlace[], kind: RuleKind, tree: Tree): void {
  for (const [i, place] of places.entries()) {
    const refuse = (message: string) => new AppError('REQUEST_INVALID', [{ path: `places.${i}`, message }]);
    if (!placeKindsOf(kind).includes(place.of)) throw refuse(`${kind} holds for no single ${place.of}`);
    if (!isThere(place, tree)) throw refuse(`no such ${place.of}`);
  }
}

function isThere(place: RulePlace, { halls, regions, cameras }: Tree): boolean {
  if (place.of === 'region') return regions.has(place.regionId);
  const hall = halls.get(place.hallId);
  if (place.of === 'hall') return hall !== undefined;
  if (place.of === 'window') return hall?.windows.some(({ id }) => id === place.windowId) ?? false;
  return cameras.states().some(({ cameraId }) => cameraId === place.cameraId);
}

/** The rules, each with its places in the halls that this sees, and in the regions above those. */
export function rulesSeen(
  rules: readonly AlertRule[],
  sees: (hallId: string) => boolean,
  { halls, regions }: Pick<Tree, 'halls' | 'regions'>,
): AlertRule[] {
  const seen = halls.list().filter(({ id }) => sees(id));
  const regionIds = new Set(seen.flatMap(({ id }) => regions.above(id)));
  const isSeen = (place: RulePlace) => (place.of === 'region' ? regionIds.has(place.regionId) : sees(place.hallId));
  return rules.map((rule) => ({ ...rule, places: rule.places?.filter(isSeen) ?? null }));
}
