import { permissions, Role, rolePermissions, type Permission } from '#contract/permissions.ts';
import type { Way } from '#contract/ways.ts';

export type Needs = Way['needs'];

/** What is needed, and all that it opens. */
export interface Guarded {
  needs: Needs;
  ways: Way[];
}

/** How far a role reaches with it, or that it does not. */
export type Mark = 'hall' | 'house' | 'none';

/** Everything that can be needed, permissions first in the order of the contract, with the ways that hold the words. */
export function guardedBy(ways: readonly Way[], words: string): Guarded[] {
  const sought = words.trim().toLowerCase();
  const byNeed = Map.groupBy(ways, ({ needs }) => needs);
  const all: Needs[] = [...(Object.keys(permissions) as Permission[]), 'token', 'session', 'public'];
  return all.flatMap((needs) => {
    const own = byNeed.get(needs) ?? [];
    const found = needs.includes(sought) ? own : own.filter(({ name }) => name.toLowerCase().includes(sought));
    return sought === '' || needs.includes(sought) || found.length > 0 ? [{ needs, ways: found }] : [];
  });
}

export function isPermission(needs: Needs): needs is Permission {
  return needs in permissions;
}

/** In the order of the roles. */
export function marksOf(permission: Permission): Mark[] {
  return Role.options.map((role) => (rolePermissions[role].has(permission) ? permissions[permission] : 'none'));
}
