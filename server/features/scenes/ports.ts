import type { Camera } from '#contract/cameras.ts';
import type { Hall, Region } from '#contract/places.ts';
import type { Emitter } from '#lib/emitter.ts';

export interface HallsPort {
  list(): Hall[];
  get(hallId: string): Hall | undefined;
  regions(): Region[];
  readonly changed: Emitter<Hall>;
  readonly regionChanged: Emitter<Region>;
  readonly removed: Emitter<string>;
}

export interface CamerasPort {
  list(): Camera[];
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
}
