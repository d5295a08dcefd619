import { z } from 'zod';
import { CameraId, Instant } from './ids.ts';
import { ProfileRole, SourceKind, StreamStatus } from './cameras.ts';

/**
 * How one stream fared since it was last asked, a measurement a minute. Rates are null where there was nothing to measure:
 * a stream that is away has no frame rate, which is not a frame rate of 0.
 */
export const StreamHealth = z.object({
  cameraId: CameraId,
  role: ProfileRole,
  /** The end of the interval. */
  at: Instant,
  status: StreamStatus,
  source: SourceKind.nullable(),
  /** Pictures a second that could be shown. */
  fps: z.number().nullable(),
  /** Thousand bits of video a second. */
  kbps: z.number().nullable(),
  /** Seconds from one key frame to the next, the longest of the interval. */
  keyIntervalSec: z.number().nullable(),
  /** RTP packets lost / packets expected, 0..1 (RFC 3550, 6.4.1). */
  lossRatio: z.number().nullable(),
  /** Interarrival jitter, ms (RFC 3550, 6.4.1). */
  jitterMs: z.number().nullable(),
  /** Camera clock minus ours by RTCP sender reports, ms. */
  clockOffsetMs: z.number().nullable(),
  /** Pictures received that could not be shown. */
  dropped: z.number().int(),
  /** Times the stream was lost in the interval. */
  losses: z.number().int(),
  /** Share of the interval in which it was live, 0..1; null where nobody needed it. */
  uptime: z.number().nullable(),
});
export type StreamHealth = z.infer<typeof StreamHealth>;

/** `GET /api/cameras/:id/health`: the course of the last hours, oldest first. */
export const HealthQuery = z.object({
  role: ProfileRole.default('sub'),
  hours: z.coerce
    .number()
    .int()
    .min(1)
    .max(24 * 30)
    .default(24),
});
export const HealthPoint = StreamHealth.omit({ cameraId: true, role: true, status: true, source: true });
export type HealthPoint = z.infer<typeof HealthPoint>;

/** A stream over the last ten seconds; rates are null while nothing is measured. */
export const RecentHealth = StreamHealth.pick({
  role: true,
  status: true,
  source: true,
  fps: true,
  kbps: true,
  keyIntervalSec: true,
  lossRatio: true,
  jitterMs: true,
  clockOffsetMs: true,
});
/** `GET /api/cameras/:id/health/now`: each stream, with how often it was lost in the last 24 hours; null while the database cannot say. */
export const HealthNow = z.array(RecentHealth.extend({ lossesOfDay: z.number().int().nullable() }));
/** `GET /api/camera-health`: the same of every camera that one may see. */
export const HealthOfAll = z.array(z.object({ cameraId: CameraId, streams: HealthNow }));
export type HealthNow = z.infer<typeof HealthNow>;
export type RecentHealth = z.infer<typeof RecentHealth>;
