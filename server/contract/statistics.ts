import { z } from 'zod';
import { RegionId } from './ids.ts';
import { Month } from './performance.ts';
import { DepartmentId, ItemId } from './registers.ts';

/**
 * What is counted of a month of Shanghai. Cases by their acceptance and end, cards by their issue, matters by their making;
 * `open` and `overdue` are of now. docs/statistics.md says more.
 */
export const VolumeFigure = z.enum([
  ...(['accepted', 'finished', 'late', 'open', 'overdue'] as const),
  ...(['yellow', 'red', 'revoked', 'orders', 'complaints', 'reviews'] as const),
]);
export type VolumeFigure = z.infer<typeof VolumeFigure>;

export const Volume = z.record(VolumeFigure, z.number());
export type Volume = z.infer<typeof Volume>;

/** Whether so much was accepted as usual. Null: usual, or not known yet. */
const Abnormal = z.enum(['high', 'low']).nullable();
export type Abnormal = z.infer<typeof Abnormal>;

/** What one looks at, from the top down: a region, a department in it. Left out: all that one may see. */
export const StatisticsQuery = z.object({
  month: Month,
  regionId: RegionId.optional(),
  departmentId: DepartmentId.optional(),
});
export type StatisticsQuery = z.infer<typeof StatisticsQuery>;

export const VolumeRow = z.object({
  of: z.enum(['region', 'department', 'item']),
  id: z.union([RegionId, DepartmentId, ItemId]),
  figures: Volume,
  /** Of the month before. */
  before: Volume,
  /** Accepted in a usual month; null: fewer than three months are known. */
  usual: z.number().nullable(),
  abnormal: Abnormal,
});
export type VolumeRow = z.infer<typeof VolumeRow>;

export const Statistics = z.object({
  month: Month,
  /** From the top down to what is looked at. */
  path: z.array(z.object({ of: z.enum(['region', 'department']), id: z.string() })),
  total: VolumeRow.omit({ of: true, id: true }),
  /** Of regions and departments below a region, or of the items of a department; the most accepted first. */
  rows: z.array(VolumeRow),
  /** The month and the twelve before it, ascending. */
  months: z.array(z.object({ month: Month, figures: Volume })),
});
export type Statistics = z.infer<typeof Statistics>;

export const StatisticsFileQuery = StatisticsQuery.extend({ language: z.enum(['zh-CN', 'en']).default('zh-CN') });
