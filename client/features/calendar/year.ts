/** A month as a calendar draws it: weeks from Monday, null before the first and behind the last day. */
export interface Month {
  /** 1..12 */
  month: number;
  weeks: (string | null)[][];
}

/** The twelve months of a year, days as `2027-01-31`. */
export function monthsOf(year: number): Month[] {
  return Array.from({ length: 12 }, (_, index) => {
    const last = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
    const before = (new Date(Date.UTC(year, index, 1)).getUTCDay() + 6) % 7;
    const days = Array.from({ length: last }, (_, i) =>
      new Date(Date.UTC(year, index, i + 1)).toISOString().slice(0, 10),
    );
    const cells = [...Array.from({ length: before }, () => null), ...days];
    const weeks = Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) =>
      Array.from({ length: 7 }, (_, i) => cells[week * 7 + i] ?? null),
    );
    return { month: index + 1, weeks };
  });
}
