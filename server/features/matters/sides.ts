import type { Side } from '#contract/matter-kinds.ts';
import type { Matter } from '#contract/matters.ts';
import type { Region } from '#contract/places.ts';
import type { Place, Rights } from '#lib/rights.ts';

/**
 * For whom somebody may act. An order is judged by the office from which it came: who has the county whole does not
 * judge what the city wants of it.
 */
export function sidesOf(
  rights: Rights,
  matter: Place & Pick<Matter, 'kind' | 'fromRegionId'>,
): Extract<Side, 'office' | 'addressee'>[] {
  const directs =
    matter.kind === 'order'
      ? rights.mayInRegion('matter.direct', matter.fromRegionId)
      : rights.mayAt('matter.direct', matter);
  const answers = rights.mayAt('matter.answer', matter);
  return [...(directs ? (['office'] as const) : []), ...(answers ? (['addressee'] as const) : [])];
}

/**
 * The highest region above a place that somebody has whole, from whose office he gives orders there; null: he stands
 * above all of them; undefined: he may give none.
 */
export function officeOf(
  rights: Rights,
  regionId: string,
  regions: readonly Region[],
): { regionId: string | null } | undefined {
  if (!regions.some(({ id }) => id === regionId)) return undefined;
  if (rights.mayInRegion('matter.direct', null)) return { regionId: null };
  let office: { regionId: string } | undefined;
  for (let at = regions.find(({ id }) => id === regionId); at; at = regions.find(({ id }) => id === at!.parentId))
    if (rights.mayInRegion('matter.direct', at.id)) office = { regionId: at.id };
  return office;
}
