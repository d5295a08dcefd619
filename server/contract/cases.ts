import { z } from 'zod';
import { FormField, FormValues } from './forms.ts';
import { HallId, Instant, RegionId, Slug, Ulid, WindowId } from './ids.ts';
import { CountedLimit } from './limits.ts';
import { DepartmentId, ItemId, LevelId, ServiceItem } from './registers.ts';

/** States of a case 办件; `draft` is handed in and not yet accepted, `correction` waits for papers of the applicant 补正. */
export const CaseState = z.enum([
  'draft',
  'accepted',
  'refused',
  'returned',
  'correction',
  'suspended',
  'finished',
  'voided',
]);
export type CaseState = z.infer<typeof CaseState>;

export const CaseOutcome = z.enum(['approved', 'denied', 'withdrawn']);
export type CaseOutcome = z.infer<typeof CaseOutcome>;

/** Special procedures 特别程序: correction 补正, suspension 中止, hearing 听证, expert review 专家评审, extension 延期. */
export const ProcedureKind = z.enum(['correction', 'suspension', 'hearing', 'expert-review', 'extension']);
export type ProcedureKind = z.infer<typeof ProcedureKind>;

export const ProcedureInput = z.object({
  kind: ProcedureKind,
  legalBasis: z.string().trim().min(1).max(200),
  approver: z.string().trim().max(100).default(''),
  /** Working days that it may take; its own supervision counts by them. */
  plannedDays: z.number().int().min(0).max(500),
});

export const Procedure = ProcedureInput.extend({
  /** Counts up within its case. */
  id: z.number().int().positive(),
  startedAt: Instant,
  endedAt: Instant.nullable(),
  level: LevelId.nullable(),
});
export type Procedure = z.infer<typeof Procedure>;

export const CaseStep = z.object({ step: Slug, at: Instant });
export type CaseStep = z.infer<typeof CaseStep>;

/** Number of a case in the system that handed it over. */
export const CaseNumber = z.string().trim().min(1).max(64);

export const Case = z.object({
  id: Ulid,
  /** Null: taken in by hand here. */
  sourceId: Slug.nullable(),
  number: CaseNumber,
  revision: z.number().int().positive(),
  itemId: ItemId,
  itemVersion: z.number().int().positive(),
  departmentId: DepartmentId,
  regionId: RegionId,
  hallId: HallId.nullable(),
  windowId: WindowId.nullable(),
  /** Joins the case to its footage. */
  ticketId: z.string().nullable(),
  /** What the form of its type asks. */
  form: FormValues,
  state: CaseState,
  acceptedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  outcome: CaseOutcome.nullable(),
  step: Slug.nullable(),
  /** `running` towards both ends; `stopped` by a special procedure; `unknown`: it cannot be counted; `off`: not or no more. */
  clock: z.enum(['running', 'stopped', 'unknown', 'off']),
  promisedAt: Instant.nullable(),
  statutoryAt: Instant.nullable(),
  provisional: z.boolean(),
  /** The gravest level reached; null: in order. */
  level: LevelId.nullable(),
  nextDueAt: Instant.nullable(),
  /** When this revision was handed over, and when the first one was. */
  receivedAt: Instant,
  firstReceivedAt: Instant,
});
export type Case = z.infer<typeof Case>;

const End = CountedLimit.pick({ is: true, at: true, provisional: true });
const Moved = z.object({ before: End.nullable(), after: End });

/** Ends of limits moved, as the calendar did; null: this one stayed. */
export const Recount = z.object({ at: Instant, promised: Moved.nullable(), statutory: Moved.nullable() });
export type Recount = z.infer<typeof Recount>;

export const CaseDetail = Case.extend({
  item: ServiceItem,
  /** Of its type, as it is now. */
  fields: z.array(FormField),
  steps: z.array(CaseStep),
  procedures: z.array(Procedure),
  /** Null before acceptance. */
  promised: CountedLimit.nullable(),
  statutory: CountedLimit.nullable(),
  /** Working days late at the end, or until now. */
  overageDays: z.number().int().min(0),
  recounts: z.array(Recount),
});
export type CaseDetail = z.infer<typeof CaseDetail>;

export const CasesQuery = z.object({
  open: z.enum(['true', 'false']).default('true'),
  departmentId: DepartmentId.optional(),
  itemId: ItemId.optional(),
  hallId: HallId.optional(),
  regionId: RegionId.optional(),
  level: LevelId.optional(),
  number: z.string().trim().max(64).optional(),
  /** From `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type CasesQuery = z.infer<typeof CasesQuery>;

/** Open ones by the end of their promised limit, the next first; finished ones by their end, the last first. */
export const CasesAnswer = z.object({ cases: z.array(Case), next: z.string().nullable() });
export type CasesAnswer = z.infer<typeof CasesAnswer>;

/** Own intake: `acceptedAt` left out is now. */
export const CaseInput = z.object({
  number: CaseNumber.optional(),
  itemId: ItemId,
  acceptedAt: Instant.optional(),
  windowId: WindowId.nullable().default(null),
  ticketId: z.string().max(64).nullable().default(null),
  form: FormValues.default({}),
});
export type CaseInput = z.input<typeof CaseInput>;
