import { z } from 'zod';
import { CameraPurpose, ProfileRole } from './cameras.ts';
import { ErrorCode } from './errors.ts';
import { GapCause } from './footage.ts';
import { CameraId, HallId, Instant, Slug, Ulid, WindowId } from './ids.ts';

/**
 * How long footage stays, days: nothing removes it before `minDays`, not even a full disk, and it is removed after
 * `maxDays` unless a hold keeps it.
 */
export const RetentionRule = z
  .object({
    purpose: CameraPurpose,
    minDays: z.number().int().min(0).max(3650),
    maxDays: z.number().int().min(1).max(3650),
  })
  .refine(({ minDays, maxDays }) => minDays <= maxDays, { path: ['maxDays'], message: 'must not be below minDays' });
export type RetentionRule = z.infer<typeof RetentionRule>;

/** Whether the path of a volume is the address of an S3-compatible store. */
export const isStoreAddress = (path: string): boolean => /^https?:\/\//.test(path);

/** What opens an S3-compatible store. It is never told again. */
export const StoreAccess = z.object({
  /** As the store calls it; `us-east-1` where it has none. */
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/)
    .default('us-east-1'),
  accessKeyId: z.string().trim().min(1).max(256),
  secretAccessKey: z.string().trim().min(1).max(256),
});

const StoreAddress = z
  .url({ protocol: /^https?$/ })
  .regex(/^[^?#@]+$/)
  .max(1000);

export const VolumeInput = z
  .object({
    id: Slug,
    /** An absolute folder on this machine, or the address of a bucket or a folder in it: `https://host/bucket/folder`. */
    path: z.union([z.string().startsWith('/').max(1000), StoreAddress]),
    /** 1: written to; from 2 on, older footage is moved there when the tier before has no room. */
    tier: z.number().int().min(1).max(9).default(1),
    /** Null: all the disk has, less what must stay free. */
    quotaBytes: z.number().int().positive().nullable().default(null),
    /** Of a store; null for a folder. */
    access: StoreAccess.nullable().default(null),
  })
  .superRefine(({ path, tier, quotaBytes, access }, context) => {
    const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (isStoreAddress(path) !== (access !== null)) refuse('access', 'a store needs it, a folder has none');
    if (access && tier === 1) refuse('tier', 'what is being recorded is written to disks: a store is 2 or above');
    if (access && quotaBytes === null) refuse('quotaBytes', 'needed, as a store does not tell what is free');
  });
export type VolumeInput = z.input<typeof VolumeInput>;

/** A volume may be mounted elsewhere, and take more or less; a store may get another key. */
export const VolumeChange = z
  .object({
    path: VolumeInput.shape.path,
    quotaBytes: z.number().int().positive().nullable(),
    access: StoreAccess,
  })
  .partial();
export type VolumeChange = z.infer<typeof VolumeChange>;

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

export const HoldSubject = z.enum(['manual', 'alert', 'card', 'complaint', 'request', 'inspection']);
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

/** Something that is not as it was recorded. */
export const ChainFault = z.object({
  kind: z.enum([
    /** A row says something else than its link vouches for. */
    'altered',
    /** Links are gone without having been removed by retention. */
    'missing',
    /** A link stands where another belongs. */
    'reordered',
    /** The newest links are gone. */
    'truncated',
    /** The file is not what was hashed. */
    'file-altered',
    'file-missing',
  ]),
  /** Numbers of the first and last link that it is about. */
  fromNo: z.number().int(),
  toNo: z.number().int(),
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
});
export type ChainFault = z.infer<typeof ChainFault>;

/** `GET /api/storage/verify`: the chain of each stream of a camera, followed from its first link to its newest. */
export const VerifyQuery = z.object({
  cameraId: CameraId,
  /** Reads and hashes every file as well. */
  files: z.stringbool().default(false),
});
export const ChainVerdict = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  /** Links that were followed, and of those the ones that retention removed. */
  links: z.number().int(),
  removed: z.number().int(),
  /** The first hundred. */
  faults: z.array(ChainFault),
  /** Whether files were read. */
  files: z.boolean(),
});
export type ChainVerdict = z.infer<typeof ChainVerdict>;

/**
 * What opening hours were taken from: the timetable of the hall; where it has none, what its windows said; where they
 * said nothing, the whole day.
 */
export const OpeningBase = z.enum(['timetable', 'windows', 'whole-day']);
export type OpeningBase = z.infer<typeof OpeningBase>;

/** How much of the opening hours of one day was recorded. */
export const CoverageDay = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  hallId: HallId,
  /** In the hall's time zone. */
  day: z.iso.date(),
  base: OpeningBase,
  openSec: z.number(),
  recordedSec: z.number(),
  /** Seconds without footage in opening hours, by cause. */
  gaps: z.array(z.object({ cause: GapCause, seconds: z.number(), count: z.number().int() })),
  /** Oldest footage that was kept at the end of the day; null: none. */
  oldestAt: Instant.nullable(),
});
export type CoverageDay = z.infer<typeof CoverageDay>;

/** The same of a window: recorded is what any camera that sees it recorded while the window was open. */
export const WindowCoverageDay = CoverageDay.pick({
  hallId: true,
  day: true,
  base: true,
  openSec: true,
  recordedSec: true,
}).extend({
  windowId: WindowId,
  cameraIds: z.array(CameraId),
});
export type WindowCoverageDay = z.infer<typeof WindowCoverageDay>;

/** `GET /api/footage/coverage`: days of one hall, at most 92; today as far as it went. */
export const CoverageQuery = z.object({ hallId: HallId, from: z.iso.date(), until: z.iso.date() });
export const CoverageCsvQuery = CoverageQuery.extend({ of: z.enum(['cameras', 'windows']).default('cameras') });
export const CoverageAnswer = z.object({ cameras: z.array(CoverageDay), windows: z.array(WindowCoverageDay) });
export type CoverageAnswer = z.infer<typeof CoverageAnswer>;
