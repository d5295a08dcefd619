import type { Permission } from '#contract/permissions.ts';
import type { Department } from '#contract/registers.ts';
import type { Rights } from '#lib/rights.ts';

/** Whether somebody may do this with the cases of a department: where it works, or in the whole region where that is nowhere. */
export function mayInDepartment(
  rights: Rights,
  permission: Permission,
  { hallId, regionId }: Pick<Department, 'hallId' | 'regionId'>,
): boolean {
  return hallId === null ? rights.mayInRegion(permission, regionId) : rights.mayIn(permission, hallId);
}
