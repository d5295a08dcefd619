import { isDeepStrictEqual } from 'node:util';
import type { CameraEvent } from '#contract/camera-events.ts';
import type { CameraCondition, CameraState } from '#contract/cameras.ts';
import type { RecordingState } from '#contract/footage.ts';
import { Emitter } from '#lib/emitter.ts';
import type { CameraView } from './hall-view.ts';
import type { CameraEventsPort, CamerasPort } from './ports.ts';

/** Sources of one camera that are followed. */
const SOURCES_LIMIT = 64;

interface Known {
  hallId: string;
  condition: CameraCondition;
  recording: RecordingState | null;
  /** The last word of each source, by topic and source. */
  events: Map<string, CameraEvent>;
}

/**
 * The cameras by hall, each as it was last heard, so that a look at a hall costs as much as that hall has cameras. A
 * camera that is switched off has noticed nothing: what it says when it is on again counts.
 */
export class HallCameras {
  /** A camera is, or is told of, otherwise than before. */
  readonly changed = new Emitter<{ hallId: string; cameraId: string }>();

  readonly #cameras: CamerasPort;
  readonly #events: CameraEventsPort;
  readonly #known = new Map<string, Known>();
  readonly #byHall = new Map<string, Set<string>>();
  #leave: (() => void)[] = [];

  constructor({ cameras, cameraEvents }: { cameras: CamerasPort; cameraEvents: CameraEventsPort }) {
    this.#cameras = cameras;
    this.#events = cameraEvents;
  }

  start(): void {
    if (this.#leave.length > 0) return;
    for (const state of this.#cameras.states()) this.#take(state);
    for (const event of this.#events.lasting()) this.#hear(event);
    this.#leave = [
      this.#cameras.stateChanged.on((state) => this.#take(state)),
      this.#cameras.removed.on((cameraId) => this.#forget(cameraId)),
      this.#events.heard.on((event) => this.#hear(event)),
    ];
  }

  stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#known.clear();
    this.#byHall.clear();
  }

  /** The cameras of a hall by their ids. */
  of(hallId: string): Map<string, CameraView> {
    const views = [...(this.#byHall.get(hallId) ?? [])].map((cameraId): [string, CameraView] => {
      const { condition, recording, events } = this.#known.get(cameraId)!;
      return [cameraId, { cameraId, condition, recording, events: [...events.values()] }];
    });
    return new Map(views);
  }

  /** What is made of a camera's recording; not known before it was said. */
  recorded(recording: RecordingState): void {
    const known = this.#known.get(recording.cameraId);
    if (!known) return;
    const before = known.recording;
    known.recording = recording;
    if (before?.status !== recording.status) this.#tell(recording.cameraId, known);
  }

  #take({ cameraId, hallId, condition }: CameraState): void {
    const known = this.#known.get(cameraId);
    if (condition.status === 'off') known?.events.clear();
    if (known && isDeepStrictEqual(known.condition, condition)) return;
    if (known) known.condition = condition;
    else this.#add(cameraId, { hallId, condition, recording: null, events: new Map() });
    this.#tell(cameraId, { hallId });
  }

  #tell(cameraId: string, { hallId }: Pick<Known, 'hallId'>): void {
    this.changed.emit({ hallId, cameraId });
  }

  #add(cameraId: string, known: Known): void {
    this.#known.set(cameraId, known);
    const hall = this.#byHall.get(known.hallId) ?? new Set();
    this.#byHall.set(known.hallId, hall.add(cameraId));
  }

  #forget(cameraId: string): void {
    const known = this.#known.get(cameraId);
    if (!known) return;
    this.#known.delete(cameraId);
    this.#byHall.get(known.hallId)?.delete(cameraId);
    this.#tell(cameraId, known);
  }

  #hear(event: CameraEvent): void {
    const known = this.#known.get(event.cameraId);
    if (!known || known.condition.status === 'off') return;
    // What has no duration and was so already when we came is no news.
    if (event.active === null && event.initial) return;
    const key = `${event.topic} ${event.source}`;
    known.events.delete(key);
    known.events.set(key, event);
    if (known.events.size > SOURCES_LIMIT) known.events.delete(leastWorth(known.events));
    this.#tell(event.cameraId, known);
  }
}

/** The key of what is over for the longest, or where everything lasts, of what has lasted longest. */
function leastWorth(events: ReadonlyMap<string, CameraEvent>): string {
  const [over] = [...events].find(([, { active }]) => !active) ?? [...events][0]!;
  return over;
}
