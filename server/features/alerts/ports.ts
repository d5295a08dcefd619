import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraState } from '#contract/cameras.ts';
import type { HallDelta, HallLive } from '#contract/hall-state.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Hall } from '#contract/places.ts';
import type { Emitter } from '#lib/emitter.ts';

export interface HallsPort {
  list(): Hall[];
  get(hallId: string): Hall | undefined;
  readonly changed: Emitter<Hall>;
  readonly removed: Emitter<string>;
}

export interface HallStatesPort {
  live(hallId: string): HallLive | undefined;
  readonly deltas: Emitter<HallDelta>;
}

export interface CamerasPort {
  states(): CameraState[];
  readonly stateChanged: Emitter<CameraState>;
  readonly removed: Emitter<string>;
  /** Cameras that see the window, or the hall where it is null; best first. */
  camerasSeeing(hallId: string, windowId: string | null): string[];
  /** Cameras that show what this one sees, or should see; best first. */
  camerasAround(cameraId: string): string[];
}

/** A span of time, epoch ms, without its end. */
export interface Span {
  from: number;
  until: number;
}

export interface CalendarPort {
  /** Open spans within `[from, until)`, ascending; null where the hours are not known for all of it. */
  spans(hallId: string, from: number, until: number): Span[] | null;
  /** Hours are otherwise than before: of this hall, or of all (null). */
  readonly changed: Emitter<string | null>;
}

export interface CameraEventsPort {
  /** What cameras said last and have not taken back, be it before this program started. */
  lasting(): CameraEvent[];
  readonly heard: Emitter<CameraEvent>;
}

export interface PeoplePort {
  /** Who may do this in one of these halls at least; null: anywhere. */
  whoMay(
    permission: Permission,
    hallIds: readonly string[] | null,
  ): Promise<{ username: string; displayName: string }[]>;
}
