import { LimitClock } from './limits/limit-clock.ts';
import type { CalendarPort } from './ports.ts';

/** When so many working days after `from` end at that place, from the day after; null where nobody knows. Epoch ms. */
export function deadline(
  calendar: CalendarPort,
  place: { hallId: string | null; regionId: string },
  from: number,
  days: number,
): number | null {
  const time = calendar.workDays(place.hallId, place.regionId);
  const { is, at } = new LimitClock({ acceptedAt: from, counting: 'day', stops: [], time }).ending(days);
  return is === 'due' ? at : null;
}
