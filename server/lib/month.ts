import { Temporal } from 'temporal-polyfill';

/** Months are those of the whole nation's clock. */
const ZONE = 'Asia/Shanghai';

/** The month from midnight to midnight, ISO instants. */
export function monthSpan(month: string): [from: string, until: string] {
  const first = Temporal.PlainDate.from(`${month}-01`);
  const at = (day: Temporal.PlainDate) => {
    return new Date(day.toZonedDateTime({ timeZone: ZONE }).epochMilliseconds).toISOString();
  };
  return [at(first), at(first.add({ months: 1 }))];
}

/** The month that it is at that instant, `2026-11`. */
export function monthOf(at: number): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(ZONE).toPlainDate().toString().slice(0, 7);
}
