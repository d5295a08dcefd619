import { VolumeFigure, type Abnormal, type Volume, type VolumeRow } from '#contract/statistics.ts';

/** What was counted of one department (null: of none) or item in a region, in one month. */
export interface Counted {
  month: string;
  regionId: string;
  departmentId: string | null;
  itemId: string | null;
  figure: VolumeFigure;
  n: number;
}

/** Months behind the one that is looked at by which a usual one is known. */
export const MONTHS_BEFORE = 12;
const MONTHS_NEEDED = 3;

export interface VolumeSpan {
  /** Ascending, the last is the one that is looked at. */
  months: readonly string[];
  /** It is not over: no volume is abnormal yet. */
  running: boolean;
}

/** What was counted, summed up for one month. */
export function volumeOf(counted: readonly Counted[], month: string): Volume {
  const volume = Object.fromEntries(VolumeFigure.options.map((figure) => [figure, 0])) as Volume;
  for (const each of counted) if (each.month === month) volume[each.figure] += each.n;
  return volume;
}

/** The figures of one row beside those of the month before and of a usual month. */
export function rowOf(counted: readonly Counted[], { months, running }: VolumeSpan): Omit<VolumeRow, 'of' | 'id'> {
  const figures = volumeOf(counted, months.at(-1)!);
  const earlier = months.slice(0, -1).map((month) => volumeOf(counted, month).accepted);
  const usual = usualOf(earlier);
  const abnormal = running || usual === null ? null : abnormalOf(figures.accepted, usual);
  return { figures, before: volumeOf(counted, months.at(-2)!), usual, abnormal };
}

/** The median of the months since the first in which anything was accepted; null where they are fewer than three. */
export function usualOf(accepted: readonly number[]): number | null {
  const known = accepted.slice(accepted.findIndex((n) => n > 0)).toSorted((a, b) => a - b);
  if (accepted.every((n) => n === 0) || known.length < MONTHS_NEEDED) return null;
  const middle = Math.floor(known.length / 2);
  return known.length % 2 === 1 ? known[middle]! : (known[middle - 1]! + known[middle]!) / 2;
}

/** Off by more than half, and by more than chance makes of so few: three times the root, as of people who come by themselves. */
export function abnormalOf(accepted: number, usual: number): Abnormal {
  const off = accepted - usual;
  if (Math.abs(off) <= usual / 2 || Math.abs(off) <= 3 * Math.sqrt(usual)) return null;
  return off > 0 ? 'high' : 'low';
}

/** `2026-11` and so many before it, ascending. */
export function monthsUntil(month: string, before: number): string[] {
  const [year, of] = month.split('-').map(Number) as [number, number];
  return Array.from({ length: before + 1 }, (_, i) => {
    return new Date(Date.UTC(year, of - 1 - before + i, 1)).toISOString().slice(0, 7);
  });
}
