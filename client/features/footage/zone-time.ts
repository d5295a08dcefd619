const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let found = formats.get(timeZone);
  if (!found) {
    found = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timeZone, found);
  }
  return found;
}

/** `2026-11-26 14:03:27` in the zone. */
export const zonedText = (at: number, timeZone: string): string => formatOf(timeZone).format(at);

/** `14:03:27.480`: a moment to the frame. */
export function preciseTime(at: number, timeZone: string): string {
  const ms = String(((Math.floor(at) % 1000) + 1000) % 1000).padStart(3, '0');
  return `${zonedText(at, timeZone).slice(11)}.${ms}`;
}

/** What a clock in the zone is ahead of UTC at that moment, ms. */
export function zoneOffset(at: number, timeZone: string): number {
  const second = Math.floor(at / 1000) * 1000;
  return Date.parse(`${zonedText(second, timeZone).replace(' ', 'T')}Z`) - second;
}

const WRITTEN = /^(?:(\d{4}-\d{2}-\d{2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?$/;

/**
 * The instant that somebody wrote as date and time of the zone; a time alone is of the day of `near`. Null where it is none.
 * An hour that a clock shows twice is taken the first time.
 */
export function parseZoned(text: string, timeZone: string, near: number): number | null {
  const match = WRITTEN.exec(text.trim());
  if (!match) return null;
  const [, date, hours, minutes, seconds = '00', fraction = ''] = match;
  const day = date ?? zonedText(near, timeZone).slice(0, 10);
  const asUtc = Date.parse(`${day}T${hours!.padStart(2, '0')}:${minutes}:${seconds}${fraction}Z`);
  if (Number.isNaN(asUtc)) return null;
  const first = asUtc - zoneOffset(asUtc, timeZone);
  return asUtc - zoneOffset(first, timeZone);
}
