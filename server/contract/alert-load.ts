import { z } from 'zod';
import { RuleKind } from './alert-rules.ts';
import { HallId, Instant, Severity, Slug } from './ids.ts';

/** `GET /api/alert-load`: at most 92 days. */
export const LoadQuery = z
  .object({ from: Instant, until: Instant, hallId: HallId.optional() })
  .refine(({ from, until }) => Date.parse(from) < Date.parse(until), {
    path: ['until'],
    message: 'must lie after from',
  })
  .refine(({ from, until }) => Date.parse(until) - Date.parse(from) <= 92 * 24 * 3600_000, {
    path: ['until'],
    message: 'ask for 92 days at most',
  });
export type LoadQuery = z.infer<typeof LoadQuery>;

const Seconds = z.number().nullable();

/**
 * What alerts ask of people in a span (ISA-18.2, EEMUA 191). A call is every time that an alert asks for somebody: raised
 * without being silenced, graver, or back. Each figure is defined in docs/alert-load.md.
 */
export const AlertLoad = z.object({
  from: Instant,
  until: Instant,
  calls: z.number().int(),
  /** Who did something with an alert in the span. */
  operators: z.array(
    z.object({
      username: z.string(),
      acts: z.number().int(),
      acknowledged: z.number().int(),
      medianAcknowledgeSec: Seconds,
    }),
  ),
  /** Calls in 10 minutes for each operator; for one where nobody acted. */
  callsPerTenMinutes: z.number(),
  /** Of all 10 minutes of the span: those with more than 10 calls. */
  floodShare: z.number(),
  raised: z.record(Severity, z.number().int()),
  acknowledgeSec: z.object({ median: Seconds, p90: Seconds }),
  clearSec: z.object({ median: Seconds, p90: Seconds }),
  /** Over before anyone saw them. */
  unseen: z.number().int(),
  /** Back within five minutes after the same was over. */
  chattering: z.number().int(),
  /** Over within a minute, before anyone saw them. */
  fleeting: z.number().int(),
  /** Not closed at the end of the span, and older than a day. */
  stale: z.number().int(),
  /** The ten loudest, by calls. */
  rules: z.array(
    z.object({
      ruleId: Slug,
      kind: RuleKind,
      calls: z.number().int(),
      /** Of all calls. */
      share: z.number(),
      judged: z.number().int(),
      /** Of those judged; null where none was. */
      falseShare: z.number().nullable(),
    }),
  ),
});
export type AlertLoad = z.infer<typeof AlertLoad>;
