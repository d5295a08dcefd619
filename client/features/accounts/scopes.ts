import type { Grant, GrantScope } from '#contract/grants.ts';
import type { Hall, Region } from '#contract/places.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { Choice } from '../admin/choice.ts';

/** A scope as the value of a choice: `everything`, `region:ID` or `hall:ID`. */
export function valueOf(scope: GrantScope): string {
  return scope.of === 'everything' ? scope.of : `${scope.of}:${scope.id}`;
}

export function scopeOf(value: string): GrantScope {
  const [of, id = ''] = value.split(':');
  return of === 'region' || of === 'hall' ? { of, id } : { of: 'everything' };
}

interface Places {
  regions: readonly Region[];
  halls: readonly Hall[];
  nameOf: (name: Bilingual) => string;
}

/** The tree of places to choose from: each region above the regions and halls in it. Whose parent is not seen stands at the top. */
export function scopeChoices({ regions, halls, nameOf }: Places): Choice[] {
  const known = new Set(regions.map(({ id }) => id));
  const below = (parentId: string | null, depth: number): Choice[] => [
    ...halls
      .filter(({ regionId }) => regionId === parentId)
      .map(({ id, name }) => ({ value: `hall:${id}`, label: nameOf(name), depth })),
    ...regions
      .filter((region) => (known.has(region.parentId ?? '') ? region.parentId : null) === parentId)
      .flatMap(({ id, name }) => [{ value: `region:${id}`, label: nameOf(name), depth }, ...below(id, depth + 1)]),
  ];
  const orphans = halls.filter(({ regionId }) => !known.has(regionId));
  return [
    ...below(null, 0),
    ...orphans.map(({ id, name }) => ({ value: `hall:${id}`, label: nameOf(name), depth: 0 })),
  ];
}

/** The last instant of a day that a deputy still has, as the day by which he was chosen says, in the zone of this browser. */
export function endOfDay(day: string | null): string | null {
  return day ? new Date(`${day}T23:59:59`).toISOString() : null;
}

export function dayOf({ until }: Pick<Grant, 'until'>): string {
  if (until === null) return '';
  const end = new Date(until);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${end.getFullYear()}-${two(end.getMonth() + 1)}-${two(end.getDate())}`;
}
