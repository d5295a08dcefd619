import { z } from 'zod';
import { Username } from '#contract/accounts.ts';
import { Slug } from '#contract/ids.ts';
import { MailSettings, MqttSettings, SmsSettings } from '#contract/outputs.ts';
import { Region } from '#contract/places.ts';
import { Phone } from '#contract/telling.ts';

/** What stands under a field: a key below `forms.` in the messages, and its numbers. */
export interface FieldMessage {
  key: string;
  params: Record<string, string | number>;
}
/** By dotted path, e.g. `windows.3.name.zh`. */
export type FieldErrors = Readonly<Record<string, FieldMessage>>;
export type Checked<T> = { ok: true; data: T } | { ok: false; fields: FieldErrors };

/** Parses what was typed with a schema of the contract; failures come back by field, in words that have a translation. */
export function checkForm<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { ok: true, data: parsed.data };
  return {
    ok: false,
    fields: byField(parsed.error.issues.map((issue) => [issue.path.map(String).join('.'), messageOf(issue)])),
  };
}

/** The first message of each field wins: one thing to mend at a time. */
export function byField(messages: Iterable<readonly [path: string, message: FieldMessage]>): FieldErrors {
  const fields: Record<string, FieldMessage> = {};
  for (const [path, message] of messages) fields[path] ??= message;
  return fields;
}

const ServerDetails = z.array(
  z.object({ path: z.union([z.string(), z.array(z.union([z.string(), z.number()]))]), message: z.string() }),
);

/** The fields that a REQUEST_INVALID of the server names in its details; none where it names none. */
export function serverFieldErrors(details: unknown): FieldErrors {
  const parsed = ServerDetails.safeParse(details);
  if (!parsed.success) return {};
  return byField(
    parsed.data.map(({ path, message }) => [
      typeof path === 'string' ? path : path.join('.'),
      { key: 'asServerSays', params: { message } },
    ]),
  );
}

/** Paths of values that occur more than once: all but the first of each. */
export function duplicatesOf(values: readonly string[], pathOf: (index: number) => string): [string, FieldMessage][] {
  const seen = new Set<string>();
  const found: [string, FieldMessage][] = [];
  values.forEach((value, index) => {
    if (value !== '' && seen.has(value)) found.push([pathOf(index), { key: 'duplicate', params: { value } }]);
    seen.add(value);
  });
  return found;
}

const ownWords: readonly (readonly [z.ZodType, string])[] = [
  [Slug, 'slug'],
  [Username, 'username'],
  [Region.shape.code, 'regionCode'],
  [Phone, 'recipient'],
  [MailSettings.shape.host, 'host'],
  [SmsSettings.shape.url, 'smsUrl'],
  [MqttSettings.shape.topic, 'alertTopic'],
];
/** Formats of zod that have words of their own. */
const ownFormats: ReadonlySet<string> = new Set(['url', 'ipv4', 'email', 'date', 'datetime']);
const keyByPattern = new Map(ownWords.map(([schema, key]) => [patternOf(schema), key]));

/** Known formats are told apart by their pattern, which zod names in the issue: the contract stays its only home. */
function patternOf(schema: z.ZodType): string | undefined {
  const issue = schema.safeParse('').error?.issues[0];
  return issue?.code === 'invalid_format' ? issue.pattern : undefined;
}

/** What the contract says of its own rules, in words of the pages. */
const ownRules: Readonly<Record<string, string>> = {
  'address or body must name {phone} and {text}': 'phoneAndText',
  'must not be the number of an identity card': 'identityCard',
  'must not be below minDays': 'maxBelowMin',
  'must end after it began': 'mustEndLater',
  'must not be 0': 'notZero',
  'the same role and scope stand there twice': 'grantTwice',
  'https, without a query': 'httpsAlone',
  'people can change this themselves': 'claimOfPeople',
  'this is where terminals speak for themselves': 'terminalTopic',
};

const tooSmallKeys: Partial<Record<string, string>> = { string: 'tooShort', array: 'tooFew' };
const tooBigKeys: Partial<Record<string, string>> = { string: 'tooLong', array: 'tooMany' };

function messageOf(issue: z.core.$ZodIssue): FieldMessage {
  const plain = (key: string, params: FieldMessage['params'] = {}): FieldMessage => ({ key, params });
  const isMissing = issue.input === undefined || issue.input === null || issue.input === '';
  if (isMissing && issue.code !== 'custom') return plain('required');
  switch (issue.code) {
    case 'too_small':
      return plain(tooSmallKeys[issue.origin] ?? (issue.inclusive === false ? 'mustExceed' : 'tooSmall'), {
        limit: Number(issue.minimum),
      });
    case 'too_big':
      return plain(tooBigKeys[issue.origin] ?? 'tooBig', { limit: Number(issue.maximum) });
    case 'invalid_type':
      return plain(issue.expected === 'int' ? 'wholeNumber' : 'wrongType');
    case 'invalid_format':
      return plain(formatKey(issue) ?? 'wrongForm');
    case 'invalid_union':
      return plain(
        issue.errors
          .flat()
          .map(formatKey)
          .find((key) => key !== undefined && !ownFormats.has(key)) ?? 'wrongForm',
      );
    case 'custom':
      return ruleMessage(issue.message);
    default:
      return plain('wrongForm');
  }
}

/** The words of a format, where it has some. */
function formatKey(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code !== 'invalid_format') return undefined;
  return keyByPattern.get(issue.pattern) ?? (ownFormats.has(issue.format) ? issue.format : undefined);
}

function ruleMessage(message: string): FieldMessage {
  const names = /^may name (.*)$/.exec(message)?.[1];
  if (names !== undefined) return { key: 'placeholders', params: { names } };
  return { key: ownRules[message] ?? 'wrongForm', params: {} };
}
