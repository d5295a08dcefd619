import { z } from 'zod';
import { LocalDate } from '#contract/calendar.ts';
import { FIGURES, FigureDimension, FigureName, FigurePeriod, MAX_FIGURE_DAYS } from '#contract/figures.ts';

/** What a page of history shows; it stands in the address, so that a view can be kept and sent on. */
export interface HistoryQuery {
  by: FigureDimension;
  period: FigurePeriod;
  /** Days of the hall, both included. */
  from: string;
  until: string;
  /** Which figure is drawn. */
  figure: FigureName;
  /** One queue, window or clerk, whose periods are listed; null: the first. */
  of: string | null;
}

export const presets = ['today', 'week', 'month', 'thisMonth', 'lastMonth'] as const;
export type Preset = (typeof presets)[number];

const DAY_MS = 86_400_000;

/** A day so many days after another; days without a zone are counted as days of UTC. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days lie between the first and the last, both counted. */
export const daysOf = ({ from, until }: { from: string; until: string }): number =>
  (Date.parse(until) - Date.parse(from)) / DAY_MS + 1;

/** First and last day of the month `2026-11`, moved by so many months. */
export function monthOf(month: string, by = 0): { month: string; from: string; until: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const first = new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 10);
  const next = new Date(Date.UTC(year, number + by, 1)).toISOString().slice(0, 10);
  return { month: first.slice(0, 7), from: first, until: dayAfter(next, -1) };
}

export function presetSpan(preset: Preset, today: string): { from: string; until: string } {
  if (preset === 'today') return { from: today, until: today };
  if (preset === 'week') return { from: dayAfter(today, -6), until: today };
  if (preset === 'month') return { from: dayAfter(today, -29), until: today };
  const { from, until } = monthOf(today.slice(0, 7), preset === 'lastMonth' ? -1 : 0);
  return { from, until: until > today ? today : until };
}

const Shape = z.object({
  by: FigureDimension.catch('queue'),
  period: FigurePeriod.catch('day'),
  from: LocalDate.nullable().catch(null),
  until: LocalDate.nullable().catch(null),
  figure: FigureName.catch('averageWait'),
  of: z.string().min(1).max(64).nullable().catch(null),
});

/** Reads the address; what is missing or senseless there is as at first: the last seven days, by queue and day. */
export function readQuery(address: Record<string, unknown>, today: string): HistoryQuery {
  const { from, until, ...rest } = Shape.parse(address);
  const week = presetSpan('week', today);
  const span = from && until && from <= until ? { from, until } : week;
  return fitting({ ...rest, ...span });
}

/** The same with a span that may be asked for, and a figure that can be told apart so. */
export function fitting(query: HistoryQuery): HistoryQuery {
  const days = MAX_FIGURE_DAYS[query.period];
  const from = daysOf(query) > days ? dayAfter(query.until, 1 - days) : query.from;
  const figure = FIGURES[query.figure].by.includes(query.by) ? query.figure : 'called';
  return { ...query, from, figure };
}

/** The query of `GET /api/halls/:id/period-figures` and its files. */
export function searchOf({ by, period, from, until }: Omit<HistoryQuery, 'figure' | 'of'>): string {
  return new URLSearchParams({ by, period, from, until }).toString();
}
