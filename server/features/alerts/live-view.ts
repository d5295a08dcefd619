import type { HallDelta, HallLive, QueueLive, WindowLive } from '#contract/hall-state.ts';
import type { Hall } from '#contract/places.ts';
import type { HallCameras } from './hall-cameras.ts';
import type { Hours } from './hall-hours.ts';
import type { HallTerminals } from './hall-terminals.ts';
import type { CameraView, HallView } from './hall-view.ts';
import type { DeadOutput, HallOutputsPort, JournalPort } from './ports.ts';

interface Sources {
  hallCameras: Pick<HallCameras, 'of'>;
  hallTerminals: Pick<HallTerminals, 'of'>;
  hallOutputs: Pick<HallOutputsPort, 'deadOf'>;
}

/** A hall as rules see it, kept up to date by what is told; cameras and terminals are read when a rule asks for them. */
export class LiveView implements HallView {
  hall: Hall;
  readonly windows: Map<string, WindowLive>;
  readonly queues: Map<string, QueueLive>;
  inside: number | null;
  readonly journal: JournalPort;
  hours: Hours | null = null;
  now = 0;
  readonly #sources: Sources;
  #cameras: ReturnType<HallCameras['of']> | null = null;
  #terminals: ReturnType<HallTerminals['of']> | null = null;

  constructor(hall: Hall, live: HallLive, journal: JournalPort, sources: Sources) {
    this.hall = hall;
    this.windows = new Map(live.windows.map((row) => [row.windowId, row]));
    this.queues = new Map(live.queues.map((row) => [row.queueId, row]));
    this.inside = live.inside;
    this.journal = journal;
    this.#sources = sources;
  }

  get cameras(): ReadonlyMap<string, CameraView> {
    return (this.#cameras ??= this.#sources.hallCameras.of(this.hall.id));
  }

  get terminals(): ReturnType<HallTerminals['of']> {
    return (this.#terminals ??= this.#sources.hallTerminals.of(this.hall.id));
  }

  get deadOutputs(): readonly DeadOutput[] | null {
    return this.#sources.hallOutputs.deadOf(this.hall.id);
  }

  take({ windows, queues, inside }: HallDelta): void {
    for (const row of windows ?? []) this.windows.set(row.windowId, row);
    for (const row of queues ?? []) this.queues.set(row.queueId, row);
    if (inside !== undefined) this.inside = inside;
  }

  /** As it is at this instant: before each look. */
  at(now: number, hours: Hours | null): void {
    this.now = now;
    this.hours = hours;
    this.#cameras = null;
    this.#terminals = null;
  }
}
