import { z } from 'zod';
import { ErrorCode } from './errors.ts';
import { Instant, Slug, Ulid } from './ids.ts';
import { Recipients } from './telling.ts';

const host = z.string().regex(/^[a-zA-Z0-9.:-]{1,253}$/, 'the name or address of a machine');
const webAddress = z.url({ protocol: /^https?$/ }).max(1000);
/** What of an address or a body is filled in, and made safe for where it stands. */
export const SMS_PLACEHOLDERS = ['phone', 'text', 'id', 'secret'] as const;
const filled = z
  .string()
  .max(2000)
  .refine(
    (text) => [...text.matchAll(/\{(\w+)\}/g)].every(([, name]) => SMS_PLACEHOLDERS.includes(name as 'phone')),
    `may name ${SMS_PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`,
  );

/** E-mail by SMTP; the secret is the password of the user. */
export const MailSettings = z.object({
  kind: z.literal('mail'),
  host,
  port: z.number().int().min(1).max(65_535),
  /** `tls` from the first byte (465), `starttls` demanded (587), or neither (25). */
  security: z.enum(['tls', 'starttls', 'plain']),
  user: z.string().max(200).nullable(),
  from: z.email().max(200),
});
export type MailSettings = z.infer<typeof MailSettings>;

/** A POST of JSON, signed as Standard Webhooks says; the secret is the key. */
export const WebhookSettings = z.object({ kind: z.literal('webhook'), url: webAddress });
export type WebhookSettings = z.infer<typeof WebhookSettings>;

/** An SMS gateway: the request that it wants, as data; the secret stands where `{secret}` is. */
export const SmsSettings = z
  .object({
    kind: z.literal('sms'),
    method: z.enum(['POST', 'GET']),
    url: filled.regex(/^https?:\/\/[^{}/]+(\/|$)/, 'an http or https address whose machine is not filled in'),
    headers: z.record(z.string().regex(/^[A-Za-z0-9-]{1,60}$/), filled).default({}),
    /** How what is filled into the body is written. */
    format: z.enum(['json', 'form']),
    body: filled,
    /** What the answer must contain beside a status of 2xx; null: nothing. */
    accepted: z.string().min(1).max(200).nullable(),
  })
  .refine(({ url, body }) => `${url}${body}`.includes('{phone}') && `${url}${body}`.includes('{text}'), {
    path: ['body'],
    message: 'address or body must name {phone} and {text}',
  });
export type SmsSettings = z.infer<typeof SmsSettings>;

/** A message on the broker that terminals use. */
export const MqttSettings = z.object({
  kind: z.literal('mqtt'),
  /** `{region}` and `{hall}` are filled in. */
  topic: z
    .string()
    .max(200)
    .regex(/^(?!gsh\/)(?:[a-z0-9-]+|\{region\}|\{hall\})(?:\/(?:[a-z0-9-]+|\{region\}|\{hall\}))*$/, {
      message: 'levels of a-z, 0-9, -, {region} and {hall}, and not below gsh/, where terminals speak',
    }),
});
export type MqttSettings = z.infer<typeof MqttSettings>;

export const OutputSettings = z.discriminatedUnion('kind', [MailSettings, WebhookSettings, SmsSettings, MqttSettings]);
export type OutputSettings = z.infer<typeof OutputSettings>;
export type OutputKind = OutputSettings['kind'];

/** Where alerts are told beside the wall 通知出口. */
export const OutputInput = z.object({
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean(),
  language: z.enum(['zh-CN', 'en']),
  /** Who is told where a rule names nobody; who hears of a test, and that another output is dead. */
  recipients: Recipients,
  /** Whether it tells when another output is dead. */
  tellsFaults: z.boolean(),
  perMinute: z.number().int().min(1).max(600),
  settings: OutputSettings,
  /** Left out: the one that is there; null: none. It is never told again. */
  secret: z.string().min(1).max(500).nullable().optional(),
});
export type OutputInput = z.infer<typeof OutputInput>;

export const Output = OutputInput.omit({ secret: true }).extend({
  id: Slug,
  hasSecret: z.boolean(),
  /** What waits to be told. */
  waiting: z.number().int(),
  lastSentAt: Instant.nullable(),
  /** Since when nothing gets through, and why. */
  failing: z.object({ since: Instant, code: ErrorCode, detail: z.string() }).nullable(),
});
export type Output = z.infer<typeof Output>;

export const NoticeState = z.enum(['waiting', 'sent', 'failed', 'dropped']);
/** Something told by an output, or to be told. */
export const OutputNotice = z.object({
  id: Ulid,
  alertId: Ulid.nullable(),
  recipient: z.string().nullable(),
  title: z.string(),
  state: NoticeState,
  attempts: z.number().int(),
  madeAt: Instant,
  doneAt: Instant.nullable(),
  detail: z.string().nullable(),
});
export type OutputNotice = z.infer<typeof OutputNotice>;

/** What became of a test: it went out, to so many. */
export const OutputTest = z.object({ sent: z.number().int(), tookMs: z.number().int() });
export type OutputTest = z.infer<typeof OutputTest>;
