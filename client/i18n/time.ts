/** Formatters are costly to build and cheap to keep. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, parts: 'time' | 'date'): Intl.DateTimeFormat {
  const key = `${parts} ${timeZone}`;
  let found = formatters.get(key);
  if (!found) {
    const options: Intl.DateTimeFormatOptions =
      parts === 'time'
        ? { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }
        : { year: 'numeric', month: '2-digit', day: '2-digit' };
    found = new Intl.DateTimeFormat('sv-SE', { timeZone, ...options });
    formatters.set(key, found);
  }
  return found;
}

/** `14:03:27` in the hall's zone: 24 h with seconds in both languages. */
export const timeOfDay = (at: number | string, timeZone: string): string =>
  formatter(timeZone, 'time').format(new Date(at));

/** `2026-11-23` in the hall's zone. */
export const dateOf = (at: number | string, timeZone: string): string =>
  formatter(timeZone, 'date').format(new Date(at));

/** `14:03:27`, with the date in front where it is not the day of `now`. */
export function instantText(at: number | string, now: number, timeZone: string): string {
  const day = dateOf(at, timeZone);
  return day === dateOf(now, timeZone) ? timeOfDay(at, timeZone) : `${day} ${timeOfDay(at, timeZone)}`;
}

/** A span as a clock: `4:07`, `1:04:07`. Negative spans (a clock slightly ahead) read as zero. */
export function spanText(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = String(total % 60).padStart(2, '0');
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}
