import { z } from 'zod';
import { Instant, WindowId } from './ids.ts';
import { MaskRegion } from './privacy.ts';

/** Where on a camera's picture the seat 座位 of a window is. */
export const SeatRegion = z.object({ windowId: WindowId, region: MaskRegion });
export type SeatRegion = z.infer<typeof SeatRegion>;

const MOST_SEATS = 12;

/** `PUT /api/cameras/:id/seats`: all that this camera tells of. A seat that another camera told of is this one's from now on. */
export const SeatsInput = z.object({
  seats: z
    .array(SeatRegion)
    .max(MOST_SEATS)
    .refine((seats) => new Set(seats.map(({ windowId }) => windowId)).size === seats.length, 'a seat for each window'),
});
export type SeatsInput = z.infer<typeof SeatsInput>;

export const SeatWord = z.enum(['occupied', 'empty', 'unknown']);
export type SeatWord = z.infer<typeof SeatWord>;

/** What a camera tells of a seat. */
export const SeatSeen = SeatRegion.extend({
  seen: SeatWord,
  /** Since when; null: it was never told. */
  since: Instant.nullable(),
});
export type SeatSeen = z.infer<typeof SeatSeen>;

/** No device has a colon in its name. */
const VIEW = 'view:';

/** By this name the event log has what a camera tells of the seat of a window. */
export const seatViewOf = (windowId: string): string => VIEW + windowId;
export const isSeatView = (deviceId: string): boolean => deviceId.startsWith(VIEW);
