import type { Department } from '#contract/registers.ts';
import type { Hall, Region } from '#contract/places.ts';

export interface PlacesPort {
  get(hallId: string): Hall | undefined;
  list(): readonly Hall[];
  regions(): readonly Region[];
}

export interface DepartmentsPort {
  department(id: string): Department | undefined;
}

/** Working days, as limits of cases count them. */
export interface LimitsPort {
  deadline(place: { hallId: string | null; regionId: string }, from: number, days: number): number | null;
}
