import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { Instant } from './ids.ts';

export const PartName = z.enum(['database', 'broker', 'ffmpeg', 'ingest', 'cameras', 'storage', 'alerts', 'realtime']);
export type PartName = z.infer<typeof PartName>;

/** One part of the program in `/readyz`. `degraded` still works with something missing, `down` does not. */
export const PartState = z.object({
  part: PartName,
  state: z.enum(['ok', 'degraded', 'down']),
  code: ErrorCode.nullable(),
  detail: z.string().nullable(),
});
export type PartState = z.infer<typeof PartState>;
export const Readiness = z.object({ ready: z.boolean(), parts: z.array(PartState) });

/** Parts of the house that a problem may be about; each has its words on the wall. */
export const PROBLEM_PARTS = [
  ...(['database', 'broker', 'rtmp', 'ffmpeg', 'ingest', 'ingest-processes', 'alerts', 'calendar', 'cases'] as const),
  ...(['storage', 'recordings', 'audit', 'audit-chain', 'audit-seal'] as const),
] as const;

/** One of them, or something by its id: `camera:sw-07/sub`, `terminal:hall/caller/w07`, `volume:v1`, `output:ID/NAME`, `exchange:SOURCE`. */
export type ProblemSubject =
  (typeof PROBLEM_PARTS)[number] | `${'camera' | 'terminal' | 'volume' | 'output' | 'exchange'}:${string}`;

/** Something a person can act on, shown on the wall until it is mended. */
export const Problem = z.object({
  /** What it is about, a `ProblemSubject`. */
  subject: z.string(),
  code: ErrorCode,
  since: Instant,
  detail: z.string().nullable(),
});
export type Problem = z.infer<typeof Problem>;
