import { z } from 'zod';
import { HallId, Instant, RegionId, Ulid, WindowId } from './ids.ts';
import { MatterActName, MatterKind, MatterState, Verdict } from './matter-kinds.ts';
import { DepartmentId } from './registers.ts';

const Title = z.string().trim().min(1).max(200);
const Text = z.string().trim().min(1).max(4000);
const Note = z.string().trim().max(4000).default('');

/** What a matter is about, where that is something here. */
export const MatterSubject = z.object({
  of: z.enum(['case', 'card', 'alert', 'event', 'inspection']),
  id: z.string().min(1).max(64),
});
export type MatterSubject = z.infer<typeof MatterSubject>;

export const MatterAct = z.object({
  seq: z.number().int().positive(),
  at: Instant,
  /** Null: a citizen, or nobody. */
  by: z.string().nullable(),
  act: MatterActName,
  note: z.string(),
  verdict: Verdict.nullable(),
  rating: z.number().int().min(1).max(5).nullable(),
  /** To which it was assigned. */
  departmentId: DepartmentId.nullable(),
});
export type MatterAct = z.infer<typeof MatterAct>;

/** Something that an office and whom it concerns handle in turns. */
export const Matter = z.object({
  id: Ulid,
  kind: MatterKind,
  /** Of an order, as people say it; of what came from a citizen, also his key to it. */
  number: z.string(),
  state: MatterState,
  title: z.string(),
  text: z.string(),
  /** Whom it is about; a whole region where there is no hall. */
  regionId: RegionId,
  hallId: HallId.nullable(),
  /** Of a bad review. */
  windowId: WindowId.nullable(),
  departmentId: DepartmentId.nullable(),
  /** Of an order: the region from whose office it came; null: from above all of them. */
  fromRegionId: RegionId.nullable(),
  subject: MatterSubject.nullable(),
  /** The order that this one hands down. */
  parentId: Ulid.nullable(),
  /** Working days for the reply to an order. */
  replyDays: z.number().int(),
  verdict: Verdict.nullable(),
  rating: z.number().int().nullable(),
  acts: z.number().int(),
  madeAt: Instant,
  /** Null: a citizen, or a rating in a hall. */
  madeBy: z.string().nullable(),
  /** When the next thing is owed. */
  dueAt: Instant.nullable(),
  /** How often its limit has passed without anything. */
  escalations: z.number().int(),
  closedAt: Instant.nullable(),
});
export type Matter = z.infer<typeof Matter>;

export const MatterDetail = Matter.extend({
  history: z.array(MatterAct),
  /** How the citizen can be reached; kept sealed, and shown only to those who answer him. */
  contact: z.string().nullable(),
  children: z.array(Matter),
  /** What the person who asks may do, side by side with the state. */
  sides: z.array(z.enum(['office', 'addressee'])),
});
export type MatterDetail = z.infer<typeof MatterDetail>;

export const MattersQuery = z.object({
  /** One or several, by commas. */
  kinds: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(MatterKind))
    .optional(),
  state: MatterState.optional(),
  open: z.enum(['true', 'false']).optional(),
  departmentId: DepartmentId.optional(),
  hallId: HallId.optional(),
  /** Only those whose limit has passed. */
  late: z.enum(['true']).optional(),
  after: Ulid.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type MattersQuery = z.output<typeof MattersQuery>;
/** The latest first. */
export const MattersAnswer = z.object({ matters: z.array(Matter), next: Ulid.nullable() });
export type MattersAnswer = z.infer<typeof MattersAnswer>;

/** An order to a department, or to the office of a region below. */
export const OrderInput = z.object({
  title: Title,
  text: Text,
  to: z.discriminatedUnion('of', [
    z.object({ of: z.literal('department'), id: DepartmentId }),
    z.object({ of: z.literal('region'), id: RegionId }),
  ]),
  replyDays: z.number().int().min(1).max(60).default(5),
  subject: MatterSubject.nullable().default(null),
  parentId: Ulid.nullable().default(null),
});
export type OrderInput = z.input<typeof OrderInput>;

/** What a citizen says, or what is written down for him at a counter. */
export const VoiceInput = z.object({
  kind: z.enum(['complaint', 'enquiry']),
  hallId: HallId,
  title: Title,
  text: Text,
  /** How he can be reached: telephone, post, whatever he likes. */
  contact: z.string().trim().max(200).default(''),
});
export type VoiceInput = z.input<typeof VoiceInput>;

/** A bad review that did not come from a rater in the hall. */
export const ReviewInput = z.object({
  hallId: HallId,
  windowId: WindowId.nullable().default(null),
  title: Title,
  text: Text,
  rating: z.number().int().min(1).max(2),
});
export type ReviewInput = z.input<typeof ReviewInput>;

/** What somebody does. `seen`: how many acts he has seen; where there are more by now, it is CONFLICT. */
export const MatterActInput = z.object({
  act: MatterActName.exclude(['make', 'escalate', 'rate']),
  seen: z.number().int().positive(),
  note: Note,
  verdict: Verdict.optional(),
  rating: z.number().int().min(1).max(5).optional(),
  departmentId: DepartmentId.optional(),
});
export type MatterActInput = z.output<typeof MatterActInput>;

/** The number that a citizen is given: his only key, sixty bits in three groups. */
export const TrackNumber = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/, 'three groups of four, as it was given');

export const PublicHall = z.object({ id: HallId, name: z.object({ zh: z.string(), en: z.string() }) });

/** What a citizen sees of what he said: no names of those who handle it. */
export const PublicMatter = z.object({
  number: z.string(),
  kind: MatterKind,
  state: MatterState,
  title: z.string(),
  madeAt: Instant,
  dueAt: Instant.nullable(),
  rating: z.number().int().nullable(),
  /** He may rate the reply. */
  mayRate: z.boolean(),
  /** What was answered, and why something was refused. */
  history: z.array(z.object({ at: Instant, act: MatterActName, note: z.string() })),
});
export type PublicMatter = z.infer<typeof PublicMatter>;

export const RatingInput = z.object({ rating: z.number().int().min(1).max(5), note: Note });
export const Made = z.object({ id: Ulid, number: z.string() });
export const TrackMade = z.object({ number: z.string() });
