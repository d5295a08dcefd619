import { z } from 'zod';
import { CaseNumber, CaseOutcome, ProcedureInput, ProcedureKind } from './cases.ts';
import type { ErrorCode } from './errors.ts';
import { FormValues } from './forms.ts';
import { Bilingual, HallId, Instant, Slug, Ulid, WindowId } from './ids.ts';
import { TOPIC_ROOT } from './mqtt.ts';
import { DepartmentId, ItemId } from './registers.ts';

export const MAX_ROWS_OF_BATCH = 5000;
const Code = z.string().trim().min(1).max(64);

/** What a row of a table can say of a case. */
export const EXCHANGE_FIELDS = [
  ...(['number', 'revision', 'item', 'hall', 'window', 'ticket', 'acceptedAt', 'refusedAt'] as const),
  ...(['returnedAt', 'voidedAt', 'finishedAt', 'outcome'] as const),
] as const;
export const ExchangeField = z.enum(EXCHANGE_FIELDS);
export type ExchangeField = z.infer<typeof ExchangeField>;

/** Foreign codes and what they are here. What is not named is taken for ours. */
export const ExchangeCodes = z.object({
  items: z.record(Code, ItemId).default({}),
  outcomes: z.record(Code, CaseOutcome).default({}),
  procedures: z.record(Code, ProcedureKind).default({}),
  steps: z.record(Code, Slug).default({}),
  /** Titles of columns in tables. */
  columns: z.record(Code, ExchangeField).default({}),
});
export type ExchangeCodes = z.infer<typeof ExchangeCodes>;

export const ExchangeSourceInput = z.object({
  name: Bilingual,
  /** It hands over cases of their items, and of no others. */
  departmentIds: z.array(DepartmentId).min(1).max(100),
  codes: ExchangeCodes.prefault({}),
  /** Longer silence is a fault. */
  silentAfterHours: z
    .number()
    .int()
    .min(1)
    .max(24 * 30)
    .default(24),
});
export type ExchangeSourceInput = z.input<typeof ExchangeSourceInput>;

/** An approval system that hands over cases. */
export const ExchangeSource = ExchangeSourceInput.extend({
  id: Slug,
  codes: ExchangeCodes,
  hasKey: z.boolean(),
  /** When it last handed something over. */
  heardAt: Instant.nullable(),
});
export type ExchangeSource = z.infer<typeof ExchangeSource>;

/** 256 bits, hex; shown once. */
export const ExchangeKey = z.object({ key: z.string() });

/**
 * A case as its system knows it, whole, at a revision. The same row again changes nothing; a higher revision replaces what
 * was known.
 */
export const ExchangeCase = z.object({
  number: CaseNumber,
  revision: z.number().int().positive(),
  /** Code of the item in the system that sends it. */
  item: Code,
  hall: HallId.nullish(),
  window: WindowId.nullish(),
  ticket: z.string().max(64).nullish(),
  /** What the form of its type asks. Left out, and not empty: a row says the same as it did before there were forms. */
  form: FormValues.optional(),
  acceptedAt: Instant.nullish(),
  refusedAt: Instant.nullish(),
  returnedAt: Instant.nullish(),
  voidedAt: Instant.nullish(),
  finishedAt: Instant.nullish(),
  outcome: Code.nullish(),
  steps: z
    .array(z.object({ step: Code, at: Instant }))
    .max(200)
    .default([]),
  procedures: z
    .array(ProcedureInput.omit({ kind: true }).extend({ kind: Code, startedAt: Instant, endedAt: Instant.nullish() }))
    .max(100)
    .default([]),
});
export type ExchangeCase = z.infer<typeof ExchangeCase>;

/** Rows are looked at one by one, so that one that is wrong keeps no other out. */
export const ExchangeBatch = z.object({ cases: z.array(z.unknown()).min(1).max(MAX_ROWS_OF_BATCH) });

/** Why a row was not taken. */
export const RowRefusal = z.enum([
  'shape',
  'number-twice',
  'item-unknown',
  'item-of-others',
  'department-closed',
  'hall-unknown',
  'code-unknown',
  'outcome-missing',
  'form',
  'revision-older',
  'revision-differs',
  'in-the-future',
  'not-accepted',
  'before-acceptance',
  'after-its-end',
  'not-from-this-state',
]);
export type RowRefusal = z.infer<typeof RowRefusal>;

export const RefusedRow = z.object({
  /** Counts from 0; of a table, the number of its row as people see it. */
  row: z.number().int().min(0),
  number: z.string().nullable(),
  why: RowRefusal,
  detail: z.string(),
});
export type RefusedRow = z.infer<typeof RefusedRow>;

/** What became of a batch. Rows that were taken are stored when it is given. */
export const ExchangeReceipt = z.object({
  id: Ulid,
  sourceId: Slug,
  receivedAt: Instant,
  /** SHA-256 of the body, hex. */
  bodySha256: z.string(),
  rows: z.number().int(),
  taken: z.number().int(),
  /** Known already, just so. */
  unchanged: z.number().int(),
  refused: z.array(RefusedRow),
});
export type ExchangeReceipt = z.infer<typeof ExchangeReceipt>;

/** What became of a file in the watched folder, written beside it. */
export const FileReceipt = ExchangeReceipt.pick({
  ...{ sourceId: true, rows: true, taken: true, unchanged: true, refused: true },
}).extend({
  file: z.string(),
  /** Why nothing of it could be read. */
  error: z.string().nullable(),
  /** Columns that mean nothing here. */
  ignored: z.array(z.string()),
});
export type FileReceipt = z.infer<typeof FileReceipt>;

/** The exchange over MQTT: a system publishes to `cases`, and hears `receipt`. */
export function exchangeTopic(sourceId: string, channel: 'cases' | 'receipt'): string {
  return `${TOPIC_ROOT}/exchange/${sourceId}/${channel}`;
}

const TOPIC = new RegExp(`^${TOPIC_ROOT}/exchange/([a-z0-9-]{1,64})/(cases|receipt)$`);

/** Null: not one of the exchange. */
export function sourceOfTopic(topic: string): { sourceId: string; channel: 'cases' | 'receipt' } | null {
  const [, sourceId, channel] = TOPIC.exec(topic) ?? [];
  return sourceId === undefined ? null : { sourceId, channel: channel as 'cases' | 'receipt' };
}

/** A batch as it travels by MQTT: as text, so that what was signed is what was read. */
export const ExchangeMessage = z.object({
  /** By which the receipt is told from others. */
  rid: z.string().min(1).max(64),
  /** HMAC-SHA-256 of `body` under the key of the source, hex. */
  signature: z.string().regex(/^(sha256=)?[0-9a-f]{64}$/, 'HMAC-SHA-256 of the body, hex'),
  /** `{"cases": [...]}`. */
  body: z.string(),
});

/** What is published as the receipt. */
export type ExchangeAnswer =
  | { rid: string; ok: true; receipt: ExchangeReceipt }
  | { rid: string | null; ok: false; code: ErrorCode; detail: string };
