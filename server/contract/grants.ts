import { z } from 'zod';
import { HallId, Instant, RegionId } from './ids.ts';
import { Permission, Role } from './permissions.ts';

/** Where a grant holds: everywhere, in a region with all below it, or in one hall. */
export const GrantScope = z.discriminatedUnion('of', [
  z.object({ of: z.literal('everything') }),
  z.object({ of: z.literal('region'), id: RegionId }),
  z.object({ of: z.literal('hall'), id: HallId }),
]);
export type GrantScope = z.infer<typeof GrantScope>;

/** A role in a scope. */
export const Grant = z.object({
  role: Role,
  scope: GrantScope,
  /** Of a deputy: when it ends by itself. */
  until: Instant.nullable().default(null),
});
export type Grant = z.infer<typeof Grant>;

const MOST_GRANTS = 50;

/** The grants of one account; with none it may do nothing. */
export const Grants = z
  .array(Grant)
  .max(MOST_GRANTS)
  .refine((grants) => new Set(grants.map(keyOf)).size === grants.length, 'the same role and scope stand there twice');
export type Grants = z.infer<typeof Grants>;

/** What a grant comes to now, for the pages that hide what one may not do. */
export const Duty = z.object({
  role: Role,
  permissions: z.array(Permission),
  /** Null: everywhere, and what belongs to no hall as well. */
  hallIds: z.array(HallId).nullable(),
});
export type Duty = z.infer<typeof Duty>;

function keyOf({ role, scope }: Grant): string {
  return `${role} ${scope.of} ${scope.of === 'everything' ? '' : scope.id}`;
}
