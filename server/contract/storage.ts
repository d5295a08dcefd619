import { z } from 'zod';
import { CameraPurpose, ProfileRole } from './cameras.ts';
import { ErrorCode } from './errors.ts';
import { GapCause } from './footage.ts';
import { CameraId, HallId, Instant, Slug, Ulid } from './ids.ts';

/** How long footage stays, days: it is not removed before `minDays` unless space runs out, and never kept beyond `maxDays`. */
export const RetentionRule = z
  .object({
    purpose: CameraPurpose,
    minDays: z.number().int().min(0).max(3650),
    maxDays: z.number().int().min(1).max(3650),
  })
  .refine(({ minDays, maxDays }) => minDays <= maxDays, { path: ['maxDays'], message: 'must not be below minDays' });
export type RetentionRule = z.infer<typeof RetentionRule>;

export const VolumeInput = z.object({
  id: Slug,
  /** An absolute folder on this machine. */
  path: z.string().startsWith('/').max(1000),
  /** 1: written to; from 2 on, older footage is moved there when the tier before has no room. */
  tier: z.number().int().min(1).max(9).default(1),
  /** Null: all the disk has, less what must stay free. */
  quotaBytes: z.number().int().positive().nullable().default(null),
});
export type VolumeInput = z.input<typeof VolumeInput>;

export const VolumeStatus = z.enum(['ok', 'full', 'protected-full', 'away', 'read-only', 'slow', 'failed']);
export type VolumeStatus = z.infer<typeof VolumeStatus>;

export const Volume = z.object({
  id: Slug,
  path: z.string(),
  tier: z.number().int(),
  quotaBytes: z.number().int().nullable(),
  status: VolumeStatus,
  code: ErrorCode.nullable(),
  /** Footage on it, and of that what a hold or a minimum protects. */
  usedBytes: z.number().int(),
  protectedBytes: z.number().int(),
  /** What footage may take in all: its quota, or what the disk gives. */
  capacityBytes: z.number().int(),
  freeBytes: z.number().int(),
});
export type Volume = z.infer<typeof Volume>;

/** How long the disks last at the rate of the last day. */
export const StorageForecast = z.object({
  /** Bytes a day written now; null before an hour is known. */
  bytesPerDay: z.number().nullable(),
  /** Days of footage that all volumes hold at this rate; null where nothing is written. */
  holdsDays: z.number().nullable(),
  /** The longest minimum that a planned camera must keep. */
  minimumDays: z.number(),
  /** When the first minimum would be broken; null: not at this rate. */
  breaksMinimumAt: Instant.nullable(),
});
export type StorageForecast = z.infer<typeof StorageForecast>;

export const StorageOverview = z.object({
  volumes: z.array(Volume),
  forecast: StorageForecast,
  rules: z.array(RetentionRule),
});
export type StorageOverview = z.infer<typeof StorageOverview>;

export const HoldSubject = z.enum(['manual', 'alert', 'card', 'complaint', 'request']);
export const HoldInput = z.object({
  cameraId: CameraId,
  from: Instant,
  until: Instant,
  reason: z.string().trim().min(1).max(500),
  subject: HoldSubject.default('manual'),
  subjectId: z.string().max(100).nullable().default(null),
  /** Null: until somebody lifts it. */
  expiresAt: Instant.nullable().default(null),
});
export type HoldInput = z.input<typeof HoldInput>;
export const Hold = HoldInput.required().extend({
  id: Ulid,
  placedBy: z.string(),
  placedAt: Instant,
  liftedBy: z.string().nullable(),
  liftedAt: Instant.nullable(),
  /** Of the footage that it holds. */
  bytes: z.number().int(),
});
export type Hold = z.infer<typeof Hold>;

/** How much of the opening hours of one day was recorded. */
export const CoverageDay = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  hallId: HallId,
  /** In the hall's time zone. */
  day: z.iso.date(),
  openSec: z.number(),
  recordedSec: z.number(),
  /** Seconds without footage in opening hours, by cause. */
  gaps: z.array(z.object({ cause: GapCause, seconds: z.number(), count: z.number().int() })),
  /** Oldest footage that was kept at the end of the day; null: none. */
  oldestAt: Instant.nullable(),
});
export type CoverageDay = z.infer<typeof CoverageDay>;
