import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { Instant, Slug } from './ids.ts';
import { TerminalChannel, TerminalKind } from './mqtt.ts';

/**
 * Adapters 适配: how messages of devices that do not speak our topics are read as messages of terminals. All of it is data;
 * an expression is one line, `source | step | step`, as docs/adapters.md has it.
 */
export const AdapterId = Slug;

/** The MQTT user of devices that an adapter reads, where they have a key. */
export const userOfAdapter = (id: string): string => `adapter.${id}`;

const Expression = z.string().trim().min(1).max(200);
const FieldName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,39}$/);

/** A message goes by a topic of up to this many levels. */
export const MAX_LEVELS = 12;
const LEVEL = String.raw`(?:\{[a-z][a-zA-Z0-9]{0,29}\}|\+|[^/+#{}\s$][^/+#{}\s]*)`;
/** Levels as they are, `{name}` for one that is taken out, `+` for one that may be anything, `#` at the end for the rest. */
export const TopicPattern = z
  .string()
  .max(200)
  .regex(new RegExp(`^${LEVEL}(?:/${LEVEL}){0,${MAX_LEVELS - 1}}(?:/#)?$`))
  .refine((pattern) => pattern.split('/')[0] !== 'gsh', 'this is where terminals speak for themselves');

/** What a device's words mean in ours. A row that leads to nothing: such a message is passed over. `*` is everything else. */
export const ValueTable = z.object({
  name: z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/),
  rows: z.array(z.object({ from: z.string().max(100), to: z.string().max(100) })).max(500),
});
export type ValueTable = z.infer<typeof ValueTable>;

/** How many things there are of which each message tells one: the members for which all of `where` is so. */
export const AdapterCount = z.object({
  /** The field that holds the number. */
  field: FieldName,
  /** By what one is told from another. */
  key: Expression,
  where: z.array(Expression).min(1).max(20),
  /** One that was not heard of for so long is gone. */
  forgetMin: z.number().int().min(1).max(1440),
});
export type AdapterCount = z.infer<typeof AdapterCount>;

/** One message of a terminal, made where all of `when` is so. */
export const AdapterRule = z.object({
  when: z.array(Expression).max(20),
  kind: TerminalKind,
  device: Expression,
  channel: TerminalChannel.exclude(['cmd', 'reply']),
  /** When it happened; null: when it comes. */
  ts: Expression.nullable(),
  /** What tells the message from every other one of its topic; null: all of its bytes. */
  id: Expression.nullable(),
  fields: z.array(z.object({ name: FieldName, value: Expression })).max(40),
  count: AdapterCount.nullable(),
});
export type AdapterRule = z.infer<typeof AdapterRule>;

export const AdapterDefinition = z.object({
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean(),
  topic: TopicPattern,
  /** `json`, or `text`: the payload is one text. */
  format: z.enum(['json', 'text']),
  hall: Expression,
  tables: z.array(ValueTable).max(20),
  rules: z.array(AdapterRule).min(1).max(30),
});
export type AdapterDefinition = z.infer<typeof AdapterDefinition>;

/** What an adapter has done since the server started. */
export const AdapterTally = z.object({
  read: z.number().int(),
  passedOver: z.number().int(),
  refused: z.number().int(),
  lastAt: Instant.nullable(),
});
export type AdapterTally = z.infer<typeof AdapterTally>;

export const AdapterVersion = z.object({
  id: AdapterId,
  version: z.number().int().positive(),
  definition: AdapterDefinition,
  changedBy: z.string(),
  changedAt: Instant,
});
export type AdapterVersion = z.infer<typeof AdapterVersion>;

export const Adapter = AdapterVersion.extend({
  tally: AdapterTally,
  /** Since when its devices need a key; null: they have none. */
  keyIssuedAt: Instant.nullable(),
});
export type Adapter = z.infer<typeof Adapter>;

/** A change is made to the version that one has seen; 0: to none. */
export const AdapterChange = z.object({ definition: AdapterDefinition, since: z.number().int().nonnegative() });

/** A message put to a definition, which need not be kept yet. */
export const AdapterTrialInput = z.object({
  definition: AdapterDefinition,
  topic: z.string().max(500),
  payload: z.string().max(64 * 1024),
});

/** Where a rule stumbled: the field of the definition, and the character of its line from 0. */
export const AdapterFault = z.object({ place: z.string(), column: z.number().int(), message: z.string() });
export type AdapterFault = z.infer<typeof AdapterFault>;

/** What one rule makes of a message. */
export const RuleTrial = z.discriminatedUnion('is', [
  z.object({ is: z.literal('passed') }),
  z.object({ is: z.literal('fault'), fault: AdapterFault }),
  z.object({
    is: z.literal('message'),
    topic: z.string(),
    payload: z.string(),
    /** What the border of the house says to it; null: it is taken. */
    refusal: z.object({ code: ErrorCode, detail: z.string() }).nullable(),
    terminal: z.enum(['registered', 'retired', 'unknown']),
  }),
]);
export type RuleTrial = z.infer<typeof RuleTrial>;

export const AdapterTrial = z.object({
  /** What the pattern took out of the topic; null: it does not fit. */
  captures: z.record(z.string(), z.string()).nullable(),
  /** What is wrong with the message as a whole. */
  refusal: z.object({ code: ErrorCode, detail: z.string() }).nullable(),
  rules: z.array(RuleTrial),
});
export type AdapterTrial = z.infer<typeof AdapterTrial>;
