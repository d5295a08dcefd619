const DAY_MS = 24 * 3600_000;

/** The day of a hall: from local midnight to local midnight, epoch ms. */
export interface HallDay {
  begins: number;
  ends: number;
}

/** The day that `at` belongs to, in the hall's own zone. */
export function hallDay(at: number, timeZone: string): HallDay {
  const begins = midnightBefore(at, timeZone);
  // Half a day on is the same local day, whatever the clocks do; a day and a half on is the next.
  return { begins, ends: midnightBefore(begins + 1.5 * DAY_MS, timeZone) };
}

function midnightBefore(at: number, timeZone: string): number {
  const local = at + offsetAt(at, timeZone);
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  // The offset at midnight may differ from now's: the clocks may have changed since.
  const guess = midnight - offsetAt(at, timeZone);
  return midnight - offsetAt(guess, timeZone);
}

/** Local minus UTC, ms. */
function offsetAt(at: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  const local = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return local - Math.floor(at / 1_000) * 1_000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}
