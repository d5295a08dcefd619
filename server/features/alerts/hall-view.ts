import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition } from '#contract/cameras.ts';
import type { RecordingState } from '#contract/footage.ts';
import type { QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall, Queue, Window } from '#contract/places.ts';
import type { Terminal } from '#contract/terminals.ts';
import type { Hours } from './hall-hours.ts';
import type { DeadOutput, JournalPort } from './ports.ts';

/** A camera of a hall: how it is, what is made of its recording, and the last that each of its sources said. */
export interface CameraView {
  cameraId: string;
  condition: CameraCondition;
  /** Null: nobody has said whether it is recorded. */
  recording: RecordingState | null;
  events: readonly CameraEvent[];
}

/** What rules see of a hall at one instant. Rows by the ids of what they are about. */
export interface HallView {
  hall: Hall;
  windows: ReadonlyMap<string, WindowLive>;
  queues: ReadonlyMap<string, QueueLive>;
  inside: number | null;
  cameras: ReadonlyMap<string, CameraView>;
  /** By `kind/device`. */
  terminals: ReadonlyMap<string, Terminal>;
  /** Outputs that get nothing of its alerts out; null: that is not known yet. */
  deadOutputs: readonly DeadOutput[] | null;
  /** What happened in it lately. */
  journal: JournalPort;
  /** Whether it is open; null: nobody has said when it is. */
  hours: Hours | null;
  now: number;
}

/** The windows and queues of a hall by id. */
export interface HallPlaces {
  windows: ReadonlyMap<string, Window>;
  queues: ReadonlyMap<string, Queue>;
  /** The windows that a queue feeds. */
  windowsOf(queueId: string): readonly Window[];
}

const known = new WeakMap<Hall, HallPlaces>();

export function placesOf(hall: Hall): HallPlaces {
  const places = known.get(hall) ?? index(hall);
  known.set(hall, places);
  return places;
}

function index(hall: Hall): HallPlaces {
  const fed = new Map(hall.queues.map(({ id }) => [id, hall.windows.filter(({ queueIds }) => queueIds.includes(id))]));
  return {
    windows: new Map(hall.windows.map((window) => [window.id, window])),
    queues: new Map(hall.queues.map((queue) => [queue.id, queue])),
    windowsOf: (queueId) => fed.get(queueId) ?? [],
  };
}
