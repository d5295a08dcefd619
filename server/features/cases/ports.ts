import type { Hall, Region } from '#contract/places.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { WorkTime } from './limits/work-time.ts';

/** What cases ask of the register of places. */
export interface PlacesPort {
  regions(): readonly Region[];
  get(hallId: string): Hall | undefined;
}

/** What cases ask of the calendar. */
export interface CalendarPort {
  /** The days of a hall, or of a region where it is none. */
  workDays(hallId: string | null, regionId: string): WorkTime;
  /** Names the calendar: another one has another name. */
  print(): string;
  /** Hours or days are otherwise than before: of the hall of this id, or of all (null). */
  readonly changed: Emitter<string | null>;
}
