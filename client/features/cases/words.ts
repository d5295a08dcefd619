import { dateOf, timeOfDay } from '../../i18n/time.ts';

/** `2026-03-16 17:00`: limits end at minutes. */
export function momentText(at: string, zone: string): string {
  return `${dateOf(at, zone)} ${timeOfDay(at, zone).slice(0, 5)}`;
}
