import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import type { Emitter } from '#lib/emitter.ts';

export interface HallsPort {
  list(): Hall[];
  get(hallId: string): Hall | undefined;
  readonly changed: Emitter<Hall>;
  readonly removed: Emitter<string>;
}

export interface CamerasPort {
  list(): Camera[];
  readonly changed: Emitter<Camera>;
  readonly removed: Emitter<string>;
}
