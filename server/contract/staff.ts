import { z } from 'zod';
import { Instant, Slug } from './ids.ts';

/** The number 工号 under which terminals tell of somebody who works at a window. */
export const StaffNumber = z.string().trim().min(1).max(64);

/** Who works at windows 窗口人员. Terminals know numbers alone; names stand here. Never removed: figures name him. */
export const StaffMember = z.object({
  number: StaffNumber,
  name: z.string().trim().min(1).max(100),
  departmentId: Slug,
  /** What he does there 岗位. */
  post: z.string().trim().max(100).default(''),
  leftAt: Instant.nullable().default(null),
});
export type StaffMember = z.infer<typeof StaffMember>;
