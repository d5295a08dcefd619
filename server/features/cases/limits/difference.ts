import type { CountedLimit, LimitDifference, TraceDay } from '#contract/limits.ts';

/** What a new calendar made of a limit: its end before and after, and the days that now count otherwise; null: nothing. */
export function differenceOf(before: CountedLimit, after: CountedLimit): LimitDifference | null {
  const days = changedDays(before.trace, after.trace);
  const same = before.is === after.is && before.at === after.at && before.provisional === after.provisional;
  if (same && days.length === 0) return null;
  return { before: endOf(before), after: endOf(after), days };
}

function changedDays(before: readonly TraceDay[], after: readonly TraceDay[]): LimitDifference['days'] {
  const now = new Map(after.map((row) => [row.day, row]));
  // Days that stand in one of the two traces alone are no change: the way is longer or shorter.
  return before.flatMap((row) => {
    const other = now.get(row.day);
    if (!other || (row.kind === other.kind && hoursOf(row) === hoursOf(other))) return [];
    return [{ day: row.day, before: row.kind, after: other.kind, name: other.name ?? row.name }];
  });
}

function hoursOf({ hours }: TraceDay): string {
  return hours.map(({ from, until }) => `${from}/${until}`).join();
}

function endOf({ is, at, provisional }: CountedLimit): LimitDifference['before'] {
  return { is, at, provisional };
}
