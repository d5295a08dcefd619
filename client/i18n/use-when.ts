import { useLive } from '../api/live.ts';
import { dateOf, timeOfDay } from './time.ts';

/** Instants of the whole house, in the zone of its halls: they agree with the clock of the page, wherever its browser stands. */
export function useWhen() {
  const live = useLive();
  const day = (at: string): string => dateOf(at, live.zoneOf());
  /** `2026-03-16 17:00:07`. */
  const second = (at: string): string => `${day(at)} ${timeOfDay(at, live.zoneOf())}`;
  /** `2026-03-16 17:00`. */
  const minute = (at: string): string => second(at).slice(0, -3);
  return { day, minute, second };
}
