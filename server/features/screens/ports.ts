import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { Hall } from '#contract/places.ts';
import type { Scene } from '#contract/scenes.ts';
import type { ScreenOrder } from '#contract/screens.ts';
import type { Emitter } from '#lib/emitter.ts';

export interface ScenesPort {
  get(id: string): Scene | undefined;
  readonly changed: Emitter<string>;
}

export interface HallsPort {
  get(hallId: string): Hall | undefined;
}

export interface CamerasPort {
  list(): Camera[];
}

export interface AlertsPort {
  /** Those that are not closed. */
  open(): Alert[];
  readonly changed: Emitter<Alert>;
}

/** The way to one browser. */
export interface ScreenLink {
  /** Resolves when it has painted the order; rejects where it does not say so in time. */
  paint(order: ScreenOrder): Promise<void>;
  /** Another browser has taken its name. */
  replaced(): void;
}
