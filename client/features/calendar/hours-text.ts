import { DayHours } from '#contract/calendar.ts';

const SPAN = /^(\d{1,2})[:：](\d{2})\s*(?:-|–|—|~|～|至|to)\s*(\d{1,2})[:：](\d{2})$/;

/** "09:00–12:00, 13:30–17:00"; empty for closed. */
export function hoursText(hours: DayHours): string {
  return hours.map(({ from, until }) => `${from}–${until}`).join(', ');
}

/** Reads what people type for hours, in any of their ways; null where it is none. */
export function readHours(text: string): DayHours | null {
  const parts = text
    .split(/[,，;；、]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const spans = parts.map((part) => {
    const [, fromHour, fromMinute, untilHour, untilMinute] = SPAN.exec(part) ?? [];
    if (!fromHour || !untilHour) return null;
    return {
      from: `${fromHour.padStart(2, '0')}:${fromMinute}`,
      until: `${untilHour.padStart(2, '0')}:${untilMinute}`,
    };
  });
  const parsed = DayHours.safeParse(spans);
  return parsed.success ? parsed.data : null;
}
