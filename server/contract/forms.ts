import { z } from 'zod';
import { LocalDate } from './calendar.ts';
import { Bilingual, Instant, Slug } from './ids.ts';

/**
 * What is asked of a case of a type, as data. `certificate`: of an officer of its department, valid on the day of acceptance;
 * `act`, `party`: of the registers of its department.
 */
export const FormField = z.object({
  id: Slug,
  name: Bilingual,
  kind: z.enum(['text', 'number', 'date', 'choice', 'certificate', 'act', 'party']),
  required: z.boolean().default(false),
  /** Of a choice. */
  options: z
    .array(z.object({ id: Slug, name: Bilingual }))
    .max(50)
    .default([]),
});
export type FormField = z.infer<typeof FormField>;

export const Form = z
  .array(FormField)
  .max(30)
  .refine((fields) => new Set(fields.map(({ id }) => id)).size === fields.length, 'a field stands there twice')
  .refine(
    (fields) => fields.every(({ kind, options }) => (kind === 'choice') === options.length > 0),
    'a choice has options, and nothing else has',
  );

export const FormValues = z.record(Slug, z.union([z.string().trim().max(2000), z.number()]));
export type FormValues = z.infer<typeof FormValues>;

/** The number on a certificate 执法证. */
export const Certificate = z.string().regex(/^[A-Za-z0-9-]{4,32}$/, 'letters, digits and hyphens, 4 to 32');

/** A law-enforcement officer 执法人员. Never removed: cases name him. */
export const Officer = z.object({
  certificate: Certificate,
  name: z.string().trim().min(1).max(100),
  departmentId: Slug,
  validFrom: LocalDate,
  validUntil: LocalDate,
  withdrawnAt: Instant.nullable().default(null),
});
export type Officer = z.infer<typeof Officer>;
