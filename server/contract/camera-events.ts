import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { CameraId, Instant } from './ids.ts';

/** What a camera noticed by itself (ONVIF Event, PullPoint). */
export const CameraEventKind = z.enum(['motion', 'tamper', 'digital-input', 'other']);
export type CameraEventKind = z.infer<typeof CameraEventKind>;

export const CameraEvent = z.object({
  cameraId: CameraId,
  kind: CameraEventKind,
  /** The topic as the camera wrote it, e.g. `tns1:RuleEngine/CellMotionDetector/Motion`. */
  topic: z.string().max(512),
  /** Which of its sources: a token of the camera, such as a digital input; empty where it names none. */
  source: z.string().max(256),
  /** Whether the state holds from now on; null for what has no duration. */
  active: z.boolean().nullable(),
  /** By our clock, when it arrived. */
  at: Instant,
  /** The state was so when we subscribed: it is no news. */
  initial: z.boolean(),
});
export type CameraEvent = z.infer<typeof CameraEvent>;

/**
 * Whether what a camera notices is heard, so that a quiet camera is told from one that cannot be heard. `lost` carries why,
 * and stays while the subscription is taken up again.
 */
export const EventSubscription = z.object({
  status: z.enum(['connecting', 'live', 'lost']),
  since: Instant,
  code: ErrorCode.nullable(),
  /** Free text beside the code, e.g. the camera's own words. */
  detail: z.string().nullable(),
});
export type EventSubscription = z.infer<typeof EventSubscription>;
