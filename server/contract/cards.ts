import { z } from 'zod';
import { Case } from './cases.ts';
import { CameraId, HallId, Instant, RegionId, Slug, Ulid } from './ids.ts';
import { CountedLimit } from './limits.ts';
import { DepartmentId, LevelId, Rung, SubjectTypeId } from './registers.ts';

export const CardState = z.enum(['proposed', 'issued', 'supervised', 'closed', 'revoked', 'cancelled']);
export type CardState = z.infer<typeof CardState>;

/** What a card is founded on: the rung that was reached, and how its limit was counted. */
export const CardBasis = z.object({
  rung: Rung,
  /** The instant after which it was late. */
  endedAt: Instant,
  provisional: z.boolean(),
  limit: CountedLimit,
  /** When it was judged, and how many working days past the limit that was. */
  judgedAt: Instant,
  overageDays: z.number().int().min(0),
});
export type CardBasis = z.infer<typeof CardBasis>;

/**
 * What may excuse a card 免责情形. `not-late`: by what is known now, the level is not reached. `provisional`: the calendar was
 * not known. `stands`: a special procedure runs. `late-data`: the case was handed over only after its limit. `silent`: its
 * system has not been heard since. `outage`: of its system or of Hallwatch, within the limit.
 */
export const Exculpation = z.object({
  kind: z.enum(['not-late', 'provisional', 'stands', 'late-data', 'silent', 'outage']),
  from: Instant.nullable(),
  until: Instant.nullable(),
  note: z.string(),
});
export type Exculpation = z.infer<typeof Exculpation>;

export const CardActName = z.enum([
  'propose',
  'issue',
  'cancel',
  'supervise',
  'feedback',
  'return',
  'accept',
  'appeal',
  'reject-appeal',
  'escalate-appeal',
  'revoke',
  'confirm-revoke',
  'decline-revoke',
]);
export type CardActName = z.infer<typeof CardActName>;

export const CardAct = z.object({
  seq: z.number().int().positive(),
  at: Instant,
  /** Null: the clock of cases. */
  by: z.string().nullable(),
  act: CardActName,
  note: z.string(),
  /** Of an issue: what was found that might have excused it. */
  exculpations: z.array(Exculpation).default([]),
});
export type CardAct = z.infer<typeof CardAct>;

/** Card 发牌. */
export const Card = z.object({
  id: Ulid,
  caseId: Ulid,
  caseNumber: z.string(),
  itemId: Slug,
  /** Null: it is about the case itself. */
  procedureId: z.number().int().nullable(),
  level: LevelId,
  typeId: SubjectTypeId,
  typeVersion: z.number().int(),
  departmentId: DepartmentId,
  regionId: RegionId,
  hallId: HallId.nullable(),
  /** What somebody saw on a camera, of a card by hand. */
  inspectionId: Ulid.nullable(),
  /** Where the case stood. */
  step: Slug.nullable(),
  state: CardState,
  feedback: z.enum(['none', 'given', 'returned', 'accepted']),
  /** `escalated`: rejected, and now with the level above, which upholds it by revoking the card or dismisses it. */
  appeal: z.enum(['none', 'lodged', 'rejected', 'escalated', 'dismissed', 'upheld']),
  /** Who wants it revoked, until a second person agrees. */
  revokeBy: z.string().nullable(),
  acts: z.number().int(),
  proposedAt: Instant,
  issuedAt: Instant.nullable(),
  issuedBy: z.string().nullable(),
  feedbackDueAt: Instant.nullable(),
  appealUntil: Instant.nullable(),
  /** It is the highest active one of its subject, and its points count. */
  counts: z.boolean(),
});
export type Card = z.infer<typeof Card>;

export const CardDetail = Card.extend({
  basis: CardBasis,
  history: z.array(CardAct),
  /** Found now. */
  exculpations: z.array(Exculpation),
  case: Case,
  /** Whoever asks has the level above whole, and hears escalated appeals. */
  above: z.boolean(),
});
export type CardDetail = z.infer<typeof CardDetail>;

/** A file of footage as it was when the card was issued. */
const FootageProof = z.object({
  run: Ulid,
  number: z.number().int(),
  startedAt: Instant,
  endedAt: Instant,
  /** Of the file, hex. */
  sha256: z.string(),
});
export type FootageProof = z.infer<typeof FootageProof>;

/** What a camera saw of the visit that a card is about. No files: it was not recorded. */
export const CardFootage = z.object({
  cameraId: CameraId,
  from: Instant,
  until: Instant,
  segments: z.array(FootageProof),
});
export type CardFootage = z.infer<typeof CardFootage>;

/** Somebody who was told that a card was issued or revoked 告知, and when he read it. */
export const CardNotice = z.object({
  what: z.enum(['issued', 'revoked']),
  username: z.string(),
  toldAt: Instant,
  readAt: Instant.nullable(),
});
export type CardNotice = z.infer<typeof CardNotice>;

export const CardsQuery = z.object({
  state: CardState.optional(),
  level: LevelId.optional(),
  departmentId: DepartmentId.optional(),
  hallId: HallId.optional(),
  caseId: Ulid.optional(),
  after: Ulid.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type CardsQuery = z.infer<typeof CardsQuery>;
/** The latest first. */
export const CardsAnswer = z.object({ cards: z.array(Card), next: Ulid.nullable() });
export type CardsAnswer = z.infer<typeof CardsAnswer>;

const Note = z.string().trim().min(1).max(2000);
/** `seen`: how many acts of the card the person has seen; where there are more by now, it is CONFLICT. */
const act = <Name extends CardActName, Text extends z.ZodType<string>>(name: Name, note: Text) =>
  z.object({ act: z.literal(name), seen: z.number().int().positive(), note });

/** Of those who issue cards. An issue gives its reason where something might excuse the card. */
export const CardActInput = z.discriminatedUnion('act', [
  act('issue', z.string().trim().max(2000).default('')),
  act('cancel', Note),
  act('supervise', Note),
  act('return', Note),
  act('accept', z.string().trim().max(2000).default('')),
  act('reject-appeal', Note),
]);
/** Of the carded side: cause, measure and owner of the correction 整改; an appeal 申诉, and again to the level above. */
export const CardAnswerInput = z.discriminatedUnion('act', [
  act('feedback', Note),
  act('appeal', Note),
  act('escalate-appeal', Note),
]);
/** Of two people, one after the other. */
export const CardRevocationInput = z.discriminatedUnion('act', [
  act('revoke', Note),
  act('confirm-revoke', z.string().trim().max(2000).default('')),
  act('decline-revoke', Note),
]);
export type CardInput =
  z.output<typeof CardActInput> | z.output<typeof CardAnswerInput> | z.output<typeof CardRevocationInput>;

/** A card that no rule proposes: a person does, with the reason and perhaps what he saw. It is issued like any other. */
export const CardByHandInput = z.object({
  caseId: Ulid,
  level: LevelId,
  note: Note,
  inspectionId: Ulid.nullable().default(null),
});
export type CardByHandInput = z.infer<typeof CardByHandInput>;

export const OutageInput = z
  .object({ sourceId: Slug.nullable().default(null), beganAt: Instant, endedAt: Instant, note: Note })
  .refine(({ beganAt, endedAt }) => Date.parse(beganAt) < Date.parse(endedAt), 'must end after it began');
export const Outage = z.object({
  id: Ulid,
  sourceId: Slug.nullable(),
  beganAt: Instant,
  endedAt: Instant,
  note: z.string(),
  /** Null: found by Hallwatch, which was not running. */
  notedBy: z.string().nullable(),
});
export type Outage = z.infer<typeof Outage>;
