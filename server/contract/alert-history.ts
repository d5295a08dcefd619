import { z } from 'zod';
import { AlertAct, AlertStatus } from './alert-acts.ts';
import { Alert } from './alerts.ts';
import { HallId, Instant, Severity, Slug, Ulid } from './ids.ts';

/** `open,handled` in an address. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.string().transform((text, context): z.output<T>[] => {
    const list = z.array(item).safeParse(text.split(','));
    if (list.success) return list.data;
    context.addIssue({ code: 'custom', message: 'must be names joined by commas' });
    return z.NEVER;
  });

/** `GET /api/alerts`: the newest first. What is left out does not filter. */
export const AlertQuery = z.object({
  status: listOf(AlertStatus).optional(),
  severity: listOf(Severity).optional(),
  hallId: HallId.optional(),
  ruleId: Slug.optional(),
  /** Raised in `[from, until)`. */
  from: Instant.optional(),
  until: Instant.optional(),
  /** The page after: those that were raised before this one. */
  before: Ulid.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AlertQuery = z.infer<typeof AlertQuery>;

export const AlertPage = z.object({
  alerts: z.array(Alert),
  /** For `before` of the next page; null where there is none. */
  next: Ulid.nullable(),
});
export type AlertPage = z.infer<typeof AlertPage>;

/** `GET /api/alerts/:id`: the alert with all that happened to it, in order. */
export const AlertStory = z.object({
  alert: Alert,
  acts: z.array(AlertAct),
  /** Whether the version of its rule says that a card may follow. */
  cardAllowed: z.boolean(),
});
export type AlertStory = z.infer<typeof AlertStory>;
