import { z } from 'zod';
import { ActRequest, type ActRequestInput } from './alert-acts.ts';
import type { Silence } from './alert-silences.ts';
import type { Alert } from './alerts.ts';
import type { CameraEvent } from './camera-events.ts';
import type { Camera, CameraState } from './cameras.ts';
import type { ErrorBody } from './errors.ts';
import type { FootageExport, RecordingState } from './footage.ts';
import type { HallDelta, HallLive, HallSummary } from './hall-state.ts';
import { CameraId, HallId, Ulid } from './ids.ts';
import type { Hall } from './places.ts';
import { screenRequests, type ScreenClientEvents, type ScreenServerEvents } from './screen-events.ts';
import type { Problem } from './system.ts';

/** Every socket command is answered: the result, or an error from the catalogue. */
export type Answer<T> = ({ ok: true } & T) | ErrorBody;

/** What the server sends by itself. */
export interface ServerEvents extends ScreenServerEvents {
  /** Server clock, sent on connecting and every 30 s, so that timers on the wall count by the server's time. */
  clock: (epochMs: number) => void;
  /** To those who watch the hall, coalesced. A gap in `revision` means: watch again. */
  'hall.delta': (delta: HallDelta) => void;
  /** To those who watch the hall: its advice or its forecast changed by more than a little; coalesced. */
  'desk.changed': (hallId: string) => void;
  /** To everyone signed in: one line a hall that changed, coalesced. */
  'overview.changed': (lines: HallSummary[]) => void;
  /** A row replaces the row of the same id; one that is closed is no longer shown. */
  'alert.changed': (alert: Alert) => void;
  /** All that hold now. */
  'alert.silences': (silences: Silence[]) => void;
  'camera.state': (states: CameraState[]) => void;
  /** To those who watch this camera: what it noticed, oldest first, coalesced. */
  'camera.event': (events: CameraEvent[]) => void;
  /** An export began, went on, or is over; one that was removed is not told of. */
  'footage.export': (footageExport: FootageExport) => void;
  /** What recorders do, of those that changed; coalesced. */
  'recording.state': (states: RecordingState[]) => void;
  /** Master data changed: the whole row, or that it is gone. */
  'hall.changed': (hall: Hall) => void;
  'hall.removed': (hallId: string) => void;
  'camera.changed': (camera: Camera) => void;
  'camera.removed': (cameraId: string) => void;
  /** The full list of what a person can act on. */
  'system.problems': (problems: Problem[]) => void;
}

/** What a wall may ask. Arguments are parsed with the zod schemas in `socketRequests`. */
export interface ClientEvents extends ScreenClientEvents {
  /** Everything a wall needs to start: sent rows are kept fresh by the events above. */
  'wall.open': (answer: (a: Answer<WallSnapshot>) => void) => void;
  /** Joins a hall's room and answers with its full state. */
  'hall.watch': (hallId: string, answer: (a: Answer<{ live: HallLive }>) => void) => void;
  'hall.unwatch': (hallId: string, answer: (a: Answer<object>) => void) => void;
  /** Asks for this camera's events from now on. */
  'camera.watch': (cameraId: string, answer: (a: Answer<object>) => void) => void;
  'camera.unwatch': (cameraId: string, answer: (a: Answer<object>) => void) => void;
  /** Acknowledges, assigns, handles, closes or comments; `ALERT_CHANGED` says who was first. */
  'alert.act': (alertId: string, request: ActRequestInput, answer: (a: Answer<{ alert: Alert }>) => void) => void;
}

export interface WallSnapshot {
  halls: Hall[];
  overview: HallSummary[];
  cameras: Camera[];
  cameraStates: CameraState[];
  /** Alerts that are not closed. */
  alerts: Alert[];
  silences: Silence[];
  problems: Problem[];
}

/** The arguments of each command before its answer function, as they must arrive. */
export const socketRequests = {
  ...screenRequests,
  'wall.open': z.tuple([]),
  'hall.watch': z.tuple([HallId]),
  'hall.unwatch': z.tuple([HallId]),
  'camera.watch': z.tuple([CameraId]),
  'camera.unwatch': z.tuple([CameraId]),
  'alert.act': z.tuple([Ulid, ActRequest]),
} as const satisfies Record<keyof ClientEvents, z.ZodType>;
