import type { CalendarDay, LocalDate } from '#contract/calendar.ts';
import type { FigurePeriod, QueueSums } from '#contract/figures.ts';
import type { HallLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';

/** What a forecast asks of the register of halls. */
export interface HallsPort {
  get(hallId: string): Hall | undefined;
}

/** How halls are now. */
export interface LivePort {
  live(hallId: string): HallLive | undefined;
  /** Since when each who waits in a queue does, epoch ms. */
  waitingSince(hallId: string, queueId: string): number[];
}

export interface CalendarPort {
  dayOf(hallId: string, day: LocalDate): CalendarDay;
  /** When the hall is open, epoch ms; null where its hours are not known. */
  spans(hallId: string, from: number, until: number): { from: number; until: number }[] | null;
}

/** Figures of queues by period, ascending; `from` and `until` are epoch ms. */
export type SumsPort = (query: {
  hallId: string;
  period: FigurePeriod;
  from: number;
  until: number;
}) => Promise<QueueSums[]>;
