import type { Hall, Region } from '#contract/places.ts';
import type { Emitter } from '#lib/emitter.ts';

/** What the calendar asks of the register of places. */
export interface PlacesPort {
  regions(): readonly Region[];
  get(hallId: string): Hall | undefined;
  readonly changed: Emitter<Hall>;
  readonly removed: Emitter<string>;
}
