import { z } from 'zod';
import { Instant, Severity, Ulid } from './ids.ts';

/**
 * How far people are with an alert. It may be over by itself at any of them: what nobody has in hand closes then, what
 * was assigned or handled waits for its verdict.
 */
export const AlertStatus = z.enum(['open', 'acknowledged', 'assigned', 'handled', 'closed']);
export type AlertStatus = z.infer<typeof AlertStatus>;

/** Why the engine follows it no longer. */
export const AlertOutcome = z.enum(['cleared', 'rule-disabled', 'subject-removed']);
export type AlertOutcome = z.infer<typeof AlertOutcome>;

/** What a person found it to be: a real one 属实, or a false alarm 误报. */
export const Verdict = z.enum(['confirmed', 'false-alarm']);
export type Verdict = z.infer<typeof Verdict>;

/** What people do with an alert. */
export const PersonAct = z.enum(['acknowledge', 'assign', 'handle', 'close', 'comment']);
export type PersonAct = z.infer<typeof PersonAct>;

/**
 * Everything that happens to an alert: by the engine (it is raised, graver, back, over, escalated), by silences, or by a
 * person.
 */
export const ActKind = z.enum([
  ...['raise', 'climb', 'return', 'end', 'escalate', 'silence', 'unsilence'],
  ...PersonAct.options,
] as const);
export type ActKind = z.infer<typeof ActKind>;

/** One thing that happened to an alert, and how it stood afterwards. Rows are never changed. */
export const AlertAct = z.object({
  alertId: Ulid,
  /** Counts the acts of its alert from 1. */
  revision: z.number().int().positive(),
  act: ActKind,
  at: Instant,
  /** Null: the engine. */
  by: z.string().nullable(),
  note: z.string().nullable(),
  status: AlertStatus,
  severity: Severity,
  assignedTo: z.string().nullable(),
  verdict: Verdict.nullable(),
  outcome: AlertOutcome.nullable(),
});
export type AlertAct = z.infer<typeof AlertAct>;

const Note = z.string().trim().min(1).max(1000);
/** The revision that the person saw: whoever acts on an older one is told what happened since. */
const seen = { revision: z.number().int().positive(), note: Note.nullable().default(null) };

/** What a person asks for. A later step may be taken at once; it says that the alert was seen, too. */
export const ActRequest = z.discriminatedUnion('act', [
  z.object({ act: z.literal('acknowledge'), ...seen }),
  z.object({ act: z.literal('assign'), to: z.string().min(1).max(64), ...seen }),
  z.object({ act: z.literal('handle'), ...seen }),
  /** Of one that is closed already: its verdict, or another one. */
  z.object({ act: z.literal('close'), verdict: Verdict, ...seen }),
  z.object({ act: z.literal('comment'), note: Note }),
]);
export type ActRequest = z.infer<typeof ActRequest>;
export type ActRequestInput = z.input<typeof ActRequest>;

/** Who did what last; also what a refused act is told (`ALERT_CHANGED`). */
export const LastAct = AlertAct.pick({ act: true, at: true, by: true });
export type LastAct = z.infer<typeof LastAct>;

/** Someone an alert can be given to. */
export const Assignee = z.object({ username: z.string(), displayName: z.string() });
export type Assignee = z.infer<typeof Assignee>;
