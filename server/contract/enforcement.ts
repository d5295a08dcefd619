import { z } from 'zod';
import { Bilingual, Instant, Slug } from './ids.ts';

/** The five kinds of act of law enforcement 行政执法. */
export const ActKind = z.enum(['licence', 'penalty', 'coercion', 'collection', 'inspection']);
export type ActKind = z.infer<typeof ActKind>;

/** What a department may do by law 执法事项, as its list of powers has it. Never removed: cases name it. */
export const EnforcementAct = z.object({
  id: Slug,
  name: Bilingual,
  kind: ActKind,
  departmentId: Slug,
  legalBasis: z.string().trim().min(1).max(1000),
  withdrawnAt: Instant.nullable().default(null),
});
export type EnforcementAct = z.infer<typeof EnforcementAct>;

/** Of an organisation its unified social credit code; of a person a number of the office's own, never that of his identity card. */
export const PartyCode = z
  .string()
  .regex(/^[A-Za-z0-9-]{4,32}$/, 'letters, digits and hyphens, 4 to 32')
  .refine((code) => !/^\d{17}[\dXx]$/.test(code), 'must not be the number of an identity card');

/** Whom an act is about 行政相对人: a person or an organisation. Never removed: cases name it. */
export const Party = z.object({
  code: PartyCode,
  kind: z.enum(['organisation', 'person']),
  name: z.string().trim().min(1).max(200),
  /** Which keeps the entry, and whose cases may name it. */
  departmentId: Slug,
  withdrawnAt: Instant.nullable().default(null),
});
export type Party = z.infer<typeof Party>;
