import type { Duty, Grant } from '#contract/grants.ts';
import { permissions, rolePermissions, type Permission } from '#contract/permissions.ts';
import { Rights, type Reach } from '#lib/rights.ts';
import type { Places } from './places.ts';

/** What a grant gives: of a role, what can hold in its scope. */
export function permissionsOf(grant: Pick<Grant, 'role' | 'scope'>): Permission[] {
  return [...rolePermissions[grant.role]].filter((each) => gives(grant, each));
}

export function gives({ role, scope }: Pick<Grant, 'role' | 'scope'>, permission: Permission): boolean {
  return rolePermissions[role].has(permission) && (scope.of === 'everything' || permissions[permission] === 'hall');
}

/** What grants come to together. */
export function rightsOf(grants: readonly Grant[], places: Places): Rights {
  const reaches = new Map<Permission, Reach>();
  for (const grant of grants) {
    const reach = places.reachOf(grant.scope);
    for (const permission of permissionsOf(grant)) {
      const known = reaches.get(permission);
      reaches.set(permission, known ? union(known, reach) : reach);
    }
  }
  return new Rights(reaches);
}

export function dutiesOf(grants: readonly Grant[], places: Places): Duty[] {
  return grants.map((grant) => {
    const { everything, hallIds } = places.reachOf(grant.scope);
    return { role: grant.role, permissions: permissionsOf(grant), hallIds: everything ? null : [...hallIds] };
  });
}

export function isOver({ until }: Grant, now: number): boolean {
  return until !== null && Date.parse(until) <= now;
}

/**
 * Whether who holds `own` may give this grant: he manages accounts there, and has himself, for as long, everything that it
 * would give.
 */
export function mayGive(own: readonly Grant[], grant: Grant, places: Places): boolean {
  const covering = own.filter(({ scope, until }) => places.covers(scope, grant.scope) && lasts(until, grant.until));
  const had = new Set(covering.flatMap(permissionsOf));
  return had.has('account.manage') && permissionsOf(grant).every((each) => had.has(each));
}

function lasts(own: string | null, given: string | null): boolean {
  return own === null || (given !== null && Date.parse(given) <= Date.parse(own));
}

function union(a: Reach, b: Reach): Reach {
  return {
    everything: a.everything || b.everything,
    hallIds: a.hallIds.union(b.hallIds),
    regionIds: a.regionIds.union(b.regionIds),
  };
}
