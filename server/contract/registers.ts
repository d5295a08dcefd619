import { z } from 'zod';
import { Bilingual, HallId, Instant, RegionId, Slug } from './ids.ts';
import { Form } from './forms.ts';
import { TellingTo } from './telling.ts';
import { Counting } from './limits.ts';

export const DepartmentId = Slug;
export const ItemId = Slug;
export const LevelId = Slug;
export const SubjectTypeId = Slug;

/** Department 部门, which answers for service items. Never removed: its cases stay. */
export const Department = z.object({
  id: DepartmentId,
  name: Bilingual,
  regionId: RegionId,
  /** Where it works; null: nowhere in particular, and working hours are not known. */
  hallId: HallId.nullable().default(null),
  /** It takes no cases any more from then on. */
  closedAt: Instant.nullable().default(null),
});
export type Department = z.infer<typeof Department>;

/** A level 等级 that a case can reach; a ladder is data. Where it is a card, a person issues it. */
export const CardLevel = z.object({
  id: LevelId,
  name: Bilingual,
  /** Grows with gravity. */
  rank: z.number().int().min(1).max(20),
  card: z.boolean(),
  /** Taken from the performance of who gets it. */
  points: z.number().int().min(0).max(100),
  /** How it is drawn. */
  colour: z.enum(['blue', 'yellow', 'red']),
  /** Who is told of its cards beside those who answer for them: the office above, and others by these outputs. */
  telling: z.object({ above: z.boolean(), to: TellingTo }).default({ above: false, to: [] }),
});
export type CardLevel = z.infer<typeof CardLevel>;

/** So many working days after a limit, before it where negative, the level is reached. */
export const Rung = z.object({
  level: LevelId,
  of: z.enum(['promised', 'statutory']),
  afterDays: z.number().int().min(-60).max(365),
  /** A person has said that its cards need none: they are issued at once where nothing may excuse them. */
  automatic: z.boolean().optional(),
});
export type Rung = z.infer<typeof Rung>;

export const Rungs = z
  .array(Rung)
  .max(10)
  .refine((rungs) => new Set(rungs.map(({ level }) => level)).size === rungs.length, 'a level stands there twice');

/** Steps 环节 in their order. */
export const Steps = z.array(z.object({ id: Slug, name: Bilingual })).max(50);

/** Years of working days, or of working seconds. */
const Count = z.number().int().min(0).max(10_000_000);
const TypeLimits = z.object({ counting: Counting, promised: Count, statutory: Count });

/** What is supervised 监察对象类型: a licence, a complaint, a special procedure. Card rules are data, each change a version. */
export const SubjectType = z.object({
  id: SubjectTypeId,
  name: Bilingual,
  version: z.number().int().positive(),
  rungs: Rungs,
  /** Working days within which a card of it is answered. */
  feedbackDays: z.number().int().min(1).max(60),
  /** Of its items, where they name none of their own. */
  steps: Steps,
  /** From which a new item begins; null: each says its own. */
  limits: TypeLimits.nullable(),
  /** What is asked of its cases. */
  form: Form,
  madeAt: Instant,
  /** Null: it came with Hallwatch. */
  madeBy: z.string().nullable(),
});
export type SubjectType = z.infer<typeof SubjectType>;

export const SubjectTypeInput = z.object({
  name: Bilingual,
  rungs: Rungs,
  feedbackDays: z.number().int().min(1).max(60).default(5),
  steps: Steps.default([]),
  limits: TypeLimits.nullable().default(null),
  form: Form.default([]),
});
export type SubjectTypeInput = z.input<typeof SubjectTypeInput>;

/** The type by whose rules special procedures themselves are supervised. */
export const PROCEDURE_TYPE = 'special-procedure';

/** Service item 事项, as it stood from a day on. */
export const ServiceItemInput = z
  .object({
    departmentId: DepartmentId,
    typeId: SubjectTypeId,
    name: Bilingual,
    counting: Counting,
    /** Promised limit 承诺时限, in the unit of `counting`. */
    promised: Count,
    /** Statutory limit 法定时限. */
    statutory: Count,
    /** Done at once 即办件. */
    immediate: z.boolean().default(false),
    /** Left out: those of its type. */
    steps: Steps.default([]),
    /** Unsupervised ones get no lights and no cards. */
    supervised: z.boolean().default(true),
    /** Cases accepted from then on are counted by it; left out: from now on. */
    validFrom: Instant.optional(),
  })
  .superRefine(({ counting, promised, statutory, immediate }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (promised > statutory) wrong('promised', 'must not be longer than the statutory limit');
    if (counting === 'second' && promised === 0) wrong('promised', 'must be at least a second');
    if (counting === 'day' && statutory > 2000) wrong('statutory', 'must be at most 2000 working days');
    if (counting === 'day' && immediate !== (promised === 0)) {
      wrong('immediate', 'an item that is done at once promises 0 days, and no other does');
    }
  });
export type ServiceItemInput = z.input<typeof ServiceItemInput>;

export const ServiceItem = z.object({
  id: ItemId,
  version: z.number().int().positive(),
  departmentId: DepartmentId,
  typeId: SubjectTypeId,
  name: Bilingual,
  counting: Counting,
  promised: z.number().int(),
  statutory: z.number().int(),
  immediate: z.boolean(),
  steps: Steps,
  supervised: z.boolean(),
  validFrom: Instant,
  madeAt: Instant,
  madeBy: z.string().nullable(),
});
export type ServiceItem = z.infer<typeof ServiceItem>;
