import type { Side } from '#contract/matter-kinds.ts';
import type { Matter } from '#contract/matters.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Region } from '#contract/places.ts';
import type { Rights } from '#lib/rights.ts';

type Place = Pick<Matter, 'hallId' | 'regionId'>;
type Asker = Pick<Rights, 'mayIn' | 'mayInRegion'>;

/** Whether somebody may there: in the hall, or in the whole region where there is no hall. */
export function mayAt(rights: Asker, permission: Permission, { hallId, regionId }: Place): boolean {
  return hallId === null ? rights.mayInRegion(permission, regionId) : rights.mayIn(permission, hallId);
}

/**
 * For whom somebody may act. An order is judged by the office from which it came: who has the county whole does not
 * judge what the city wants of it.
 */
export function sidesOf(
  rights: Asker,
  matter: Place & Pick<Matter, 'kind' | 'fromRegionId'>,
): Extract<Side, 'office' | 'addressee'>[] {
  const directs =
    matter.kind === 'order'
      ? rights.mayInRegion('matter.direct', matter.fromRegionId)
      : mayAt(rights, 'matter.direct', matter);
  const answers = mayAt(rights, 'matter.answer', matter);
  return [...(directs ? (['office'] as const) : []), ...(answers ? (['addressee'] as const) : [])];
}

/**
 * The highest region above a place that somebody has whole, from whose office he gives orders there; null: he stands
 * above all of them; undefined: he may give none.
 */
export function officeOf(
  rights: Asker,
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
