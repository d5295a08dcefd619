import { z } from 'zod';
import { HallId, Instant, Ulid } from './ids.ts';

/** Who is scored: a department, a window, a person at windows. */
export const ScoredKind = z.enum(['department', 'window', 'person']);
export type ScoredKind = z.infer<typeof ScoredKind>;

/**
 * Base figures of a month, each the sum of its events; formulas name them. docs/performance.md says what they count, and
 * features/performance/figures-sql.ts how.
 */
export const baseFigures = {
  department: ['finished', 'late', 'cardPoints', 'upheldComplaints', 'lateOrders', 'bonus'],
  window: ['served', 'rated', 'bad', 'confirmedAlerts', 'uncorrectedReviews', 'bonus'],
  person: ['served', 'rated', 'bad', 'serviceMin', 'bonus'],
} as const satisfies Record<ScoredKind, readonly string[]>;
export type BaseFigure = (typeof baseFigures)[ScoredKind][number];
export const BaseFigure = z.enum([...new Set(Object.values(baseFigures).flat())] as [BaseFigure, ...BaseFigure[]]);

/**
 * What somebody had to do beside the others of the month, 1 being the mean of all: how hard it was, and how much. Within a half
 * and two, so that a month of three tickets means nothing.
 */
export const Mix = z.object({ difficulty: z.number(), load: z.number() });
export type Mix = z.infer<typeof Mix>;
/** What the formula of the normalised score names, beside the figures. */
export const mixNames = ['score', 'difficulty', 'load'] as const;

/** A month of Shanghai: `2026-11`. */
export const Month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'use YYYY-MM');
/** A department's id; `hall/window`; `hall/person`. */
const SubjectId = z.string().min(1).max(140);

const FormulaText = z.string().trim().min(1).max(1000);
export const IndicatorInput = z.object({
  formula: FormulaText,
  /** Of the score that stands beside it, by difficulty and load; left out: as before. */
  normalised: FormulaText.optional(),
});
export type IndicatorInput = z.infer<typeof IndicatorInput>;
/** How a kind is scored, version by version. */
export const Indicator = z.object({
  of: ScoredKind,
  version: z.number().int(),
  formula: z.string(),
  normalised: z.string(),
  madeAt: Instant,
  /** Null: shipped with the program. */
  madeBy: z.string().nullable(),
});
export type Indicator = z.infer<typeof Indicator>;

export const Score = z.object({
  subjectId: SubjectId,
  /** The department's or hall's; null: it belongs to no hall. */
  hallId: HallId.nullable(),
  figures: z.partialRecord(BaseFigure, z.number()),
  /** Null: by these figures it cannot be computed. */
  score: z.number().nullable(),
  mix: Mix,
  /** The score by difficulty and load: stands beside it, and makes no rank. */
  normalised: z.number().nullable(),
  /** From 1; who has the same score has the same rank. */
  rank: z.number().int().nullable(),
});
export type Score = z.infer<typeof Score>;

export const PerformanceQuery = z.object({ month: Month, of: ScoredKind });
export const Performance = PerformanceQuery.extend({
  indicator: Indicator,
  /** When it was published and frozen; null: what is known now. */
  publishedAt: Instant.nullable(),
  publishedBy: z.string().nullable(),
  /** Best first. */
  scores: z.array(Score),
});
export type Performance = z.infer<typeof Performance>;

/** Tries a formula on a month without keeping anything. */
export const TryInput = PerformanceQuery.extend(IndicatorInput.shape);

export const FigureEventsQuery = PerformanceQuery.extend({ subjectId: SubjectId, figure: BaseFigure });
/** What a figure is made of. */
export const FigureEvent = z.object({
  at: Instant,
  value: z.number(),
  /** What can be opened; `day`: the sum of a day. */
  is: z.enum(['case', 'card', 'matter', 'alert', 'day', 'adjustment']),
  id: z.string(),
  /** Its number or its reason. */
  words: z.string(),
});
export type FigureEvent = z.infer<typeof FigureEvent>;
export const FigureEvents = z.object({
  /** The latest first, a thousand at most. */
  events: z.array(FigureEvent),
});

export type FigureEvents = z.infer<typeof FigureEvents>;

/** Points given or taken by a person, with the reason: an upheld appeal, a merit. */
export const AdjustmentInput = z.object({
  month: Month,
  of: ScoredKind,
  subjectId: SubjectId,
  points: z
    .number()
    .min(-100)
    .max(100)
    .refine((points) => points !== 0, 'must not be 0'),
  reason: z.string().trim().min(1).max(2000),
});
export type AdjustmentInput = z.infer<typeof AdjustmentInput>;

export const PublishInput = z.object({ month: Month });

/** An appeal against points 考核申诉: of those who were scored, decided by somebody else; an upheld one gives points. */
export const PointAppeal = z.object({
  id: Ulid,
  month: Month,
  of: ScoredKind,
  subjectId: SubjectId,
  hallId: HallId.nullable(),
  figure: BaseFigure,
  reason: z.string(),
  madeAt: Instant,
  madeBy: z.string(),
  state: z.enum(['lodged', 'upheld', 'rejected']),
  /** Of an upheld one. */
  points: z.number().nullable(),
  answer: z.string().nullable(),
  decidedAt: Instant.nullable(),
  decidedBy: z.string().nullable(),
});
export type PointAppeal = z.infer<typeof PointAppeal>;
export const PointAppeals = z.object({ appeals: z.array(PointAppeal) });

export const PointAppealInput = PointAppeal.pick({ month: true, of: true, subjectId: true, figure: true }).extend({
  reason: z.string().trim().min(1).max(2000),
});
export type PointAppealInput = z.infer<typeof PointAppealInput>;
/** `points` are given by an upheld one; 0 rejects it. */
export const PointDecision = z.object({
  points: z.number().min(0).max(100),
  answer: z.string().trim().min(1).max(2000),
});
export type PointDecision = z.infer<typeof PointDecision>;
