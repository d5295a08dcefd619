import { z } from 'zod';
import { Instant, RegionId, Ulid } from './ids.ts';

/** What an office tells everybody below it 通知. */
export const AnnouncementInput = z.object({
  title: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(8000),
  /** To whoever works in it; null: to everybody. */
  regionId: RegionId.nullable(),
});
export type AnnouncementInput = z.infer<typeof AnnouncementInput>;

export const Announcement = AnnouncementInput.extend({
  id: Ulid,
  madeAt: Instant,
  madeBy: z.string(),
  /** When whoever asks said that he has read it. */
  readAt: Instant.nullable(),
  /** Of everybody whom it is for; null: for its office alone. Who has not read it has no time. */
  receipts: z.array(z.object({ username: z.string(), at: Instant.nullable() })).nullable(),
});
export type Announcement = z.infer<typeof Announcement>;

/** The latest first, two hundred at most. */
export const Announcements = z.object({ announcements: z.array(Announcement) });
