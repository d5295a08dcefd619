import { z } from 'zod';

/** A name that may stand in a topic and in an address: `[a-z0-9-]{1,64}`. */
export const Slug = z.string().regex(/^[a-z0-9-]{1,64}$/, 'use 1 to 64 of a-z, 0-9 and -');

/** A ULID: 26 characters of Crockford base 32, sortable by the time of its making. */
export const Ulid = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'not a ULID');

/** An instant as ISO 8601 with a zone, as it travels in JSON. */
export const Instant = z.iso.datetime({ offset: true });

export const RegionId = Slug;
export const HallId = Slug;
/** Unique within its hall, as are queues: `w07`, `soc`. */
export const WindowId = Slug;
export const QueueId = Slug;
/** Unique within its hall and kind. */
export const DeviceId = Slug;
export const CameraId = Slug;

/** A text in both languages of the product. */
export const Bilingual = z.object({ zh: z.string().min(1).max(200), en: z.string().min(1).max(200) });
export type Bilingual = z.infer<typeof Bilingual>;

/** Severity ladder as shipped: blue reminder, yellow card, red card. */
export const Severity = z.enum(['blue', 'yellow', 'red']);
export type Severity = z.infer<typeof Severity>;
