import { z } from 'zod';
import { Instant } from './ids.ts';

const Text = z.string().trim().min(1).max(5000);
export const StaffNoticeText = z.object({ zh: Text, en: Text });

/** What those who work here are told of cameras, of the audit and of their rights 告知书; each version is another one. */
export const StaffNotice = z.object({
  version: z.number().int(),
  text: StaffNoticeText,
  publishedAt: Instant,
  publishedBy: z.string(),
});
export type StaffNotice = z.infer<typeof StaffNotice>;

/** `GET /api/staff-notice`: the present one, and when whoever asks has acknowledged it; null: not yet, or there is none. */
export const StaffNoticeState = z.object({ notice: StaffNotice.nullable(), acknowledgedAt: Instant.nullable() });
export type StaffNoticeState = z.infer<typeof StaffNoticeState>;
/** `POST /api/staff-notice`: the next version, which everybody is to acknowledge anew. */
export const StaffNoticeInput = z.object({ text: StaffNoticeText });
/** `POST /api/staff-notice/acknowledgements`: of the version that he has read. */
export const StaffNoticeRead = z.object({ version: z.number().int() });
/** `GET /api/staff-notice/versions`: the latest first, each with how many accounts have acknowledged it. */
export const StaffNoticeVersion = StaffNotice.extend({ acknowledged: z.number().int() });
export type StaffNoticeVersion = z.infer<typeof StaffNoticeVersion>;
