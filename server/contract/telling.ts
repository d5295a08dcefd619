import { z } from 'zod';
import { Severity, Slug } from './ids.ts';

export const Phone = z.string().regex(/^\+?\d{5,20}$/, 'an e-mail address, or a phone number of 5 to 20 digits');
/** An address of e-mail, or the number of a phone. */
export const Recipient = z.union([z.email().max(200), Phone]);
export type Recipient = z.infer<typeof Recipient>;
export const Recipients = z.array(Recipient).max(50);

/** What a text of one's own may name of an alert, as `{hall}`. */
export const PLACEHOLDERS = [
  'severity',
  'rule',
  'hall',
  'subject',
  'window',
  'queue',
  'camera',
  'since',
  'raised',
  'what',
  'id',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const Template = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine(
    (text) => [...text.matchAll(/\{(\w*)\}/g)].every(([, name]) => PLACEHOLDERS.includes(name as Placeholder)),
    `may name ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`,
  );

/** By which outputs something is told, and to whom by each. */
export const TellingTo = z
  .array(
    z.object({
      outputId: Slug,
      /** None: those of the output. */
      recipients: Recipients,
    }),
  )
  .max(10)
  .refine((to) => new Set(to.map(({ outputId }) => outputId)).size === to.length, 'names an output twice');
export type TellingTo = z.infer<typeof TellingTo>;

/** To whom the alerts of a rule are told beside the wall, when, and in which words: a part of the rule, and of its versions. */
export const Telling = z.object({
  /** From this severity on. */
  from: Severity,
  to: TellingTo.min(1),
  /** Told again this often for as long as nobody acknowledges; null: once. */
  repeatSec: z
    .number()
    .int()
    .min(60)
    .max(24 * 3600)
    .nullable(),
  /** That it is over is told, too. */
  end: z.boolean(),
  /** Null: in the words of the house. */
  zh: Template.nullable(),
  en: Template.nullable(),
});
export type Telling = z.infer<typeof Telling>;
