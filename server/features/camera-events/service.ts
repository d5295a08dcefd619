import { Counter, Gauge, type Registry } from 'prom-client';
import { EventSubscription, type CameraEvent } from '#contract/camera-events.ts';
import { messageOf } from '#lib/app-error.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import type { CamerasPort, SubscribeEvents } from './ports.ts';
import { EventsRepository } from './repository.ts';
import { Subscriptions } from './subscriptions.ts';

export interface CameraEventsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics?: Registry;
  cameras: CamerasPort;
  subscribe: SubscribeEvents;
}

const FLUSH_MS = 1000;
const WAITING_LIMIT = 10_000;
const BATCH_ROWS = 1000;
/** Motion is chatty: a camera that says more of a kind than this in a minute says nothing new. */
const LIMIT_PER_MINUTE = 60;
const SOURCES_LIMIT = 64;
const KEPT_DAYS = 30;
/** What a camera said longer ago than this does not count as its last word when the program starts. */
const LASTING_DAYS = 7;
const CLEAN_EVERY_MS = 6 * 3600_000;

interface Heard {
  /** What the sources of the camera said last, where that still lasts; by topic and source. */
  lasting: Map<string, CameraEvent>;
  minute: number;
  /** Said in this minute, by kind: motion must not drown what is rarer. */
  counts: Map<CameraEvent['kind'], number>;
}

/** What cameras notice by themselves: heard from every camera that tells, kept where it is news. */
export class CameraEventsService {
  /** Every change, as it arrives. */
  readonly heard = new Emitter<CameraEvent>();
  /** The id of a camera whose subscription is in another state. */
  readonly subscriptionChanged = new Emitter<string>();

  readonly #deps: CameraEventsDeps;
  readonly #repository: EventsRepository;
  readonly #subscriptions: Subscriptions;
  readonly #counter: EventCounter | undefined;
  readonly #cameras = new Map<string, Heard>();
  readonly #waiting = new BoundedQueue<CameraEvent>(WAITING_LIMIT);
  #unwritten: CameraEvent[] = [];
  #leave: (() => void)[] = [];
  #started = false;
  #work: Promise<void> = Promise.resolve();

  constructor(deps: CameraEventsDeps) {
    const { cameras, clock, subscribe, metrics } = deps;
    this.#deps = deps;
    this.#counter = metrics && countEvents(metrics);
    this.#repository = new EventsRepository(deps.db);
    this.#subscriptions = new Subscriptions({
      clock,
      subscribe,
      accessTo: (cameraId) => cameras.accessTo(cameraId),
      onEvent: (event) => this.#take(event),
      onState: (cameraId) => this.subscriptionChanged.emit(cameraId),
    });
    if (metrics) showSubscriptions(metrics, this.#subscriptions);
  }

  /** Knows what lasted when the program ended, so that the camera's first word is news where it says otherwise. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    const { clock, cameras } = this.#deps;
    await this.#recall();
    for (const camera of cameras.list()) this.#subscriptions.apply(camera);
    this.#leave = [
      cameras.changed.on((camera) => {
        this.#subscriptions.apply(camera);
        if (!camera.enabled) this.#cameras.delete(camera.id);
      }),
      cameras.removed.on((cameraId) => {
        this.#subscriptions.drop(cameraId);
        this.#cameras.delete(cameraId);
      }),
      clock.every(FLUSH_MS, () => this.#then(() => this.#write())),
      clock.every(CLEAN_EVERY_MS, () => this.#then(() => this.#repository.dropOlderThan(KEPT_DAYS))),
    ];
    this.#then(() => this.#repository.dropOlderThan(KEPT_DAYS));
  }

  async stop(): Promise<void> {
    this.#started = false;
    for (const leave of this.#leave) leave();
    this.#leave = [];
    await this.#subscriptions.stop();
    this.#then(() => this.#write());
    await this.#work;
  }

  /** The latest first. */
  latest(cameraId: string, limit: number): Promise<CameraEvent[]> {
    return this.#repository.latest(cameraId, limit);
  }

  /** Null where there is none: the camera is switched off, or offers no events. */
  subscriptionOf(cameraId: string): EventSubscription | null {
    return this.#subscriptions.stateOf(cameraId);
  }

  /** What cameras that are switched on said last and have not taken back. */
  lasting(): CameraEvent[] {
    return this.#deps.cameras
      .list()
      .filter(({ enabled }) => enabled)
      .flatMap(({ id }) => [...(this.#cameras.get(id)?.lasting.values() ?? [])]);
  }

  async #recall(): Promise<void> {
    const enabled = new Set(this.#deps.cameras.list().flatMap((camera) => (camera.enabled ? [camera.id] : [])));
    this.#cameras.clear();
    for (const event of await this.#repository.lasting(LASTING_DAYS)) {
      if (enabled.has(event.cameraId)) this.#heardOf(event.cameraId).lasting.set(keyOf(event), event);
    }
  }

  #take(event: CameraEvent): void {
    const heard = this.#heardOf(event.cameraId);
    if (!isNews(heard, event)) return;
    if (!hasRoom(heard, event, this.#deps.clock.now())) {
      this.#counter?.inc({ kind: event.kind, result: 'suppressed' });
      return;
    }
    this.#counter?.inc({ kind: event.kind, result: 'kept' });
    if (event.active) heard.lasting.set(keyOf(event), event);
    else heard.lasting.delete(keyOf(event));
    if (!this.#waiting.push(event)) {
      const lost = this.#waiting.shift()!;
      this.#counter?.inc({ kind: lost.kind, result: 'dropped' });
      this.#waiting.push(event);
    }
    this.heard.emit(event);
  }

  #heardOf(cameraId: string): Heard {
    let heard = this.#cameras.get(cameraId);
    if (!heard) {
      heard = { lasting: new Map(), minute: 0, counts: new Map() };
      this.#cameras.set(cameraId, heard);
    }
    return heard;
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#deps.log.debug({ reason: messageOf(error) }, 'camera events wait for the database');
    });
  }

  async #write(): Promise<void> {
    for (;;) {
      if (this.#unwritten.length === 0) this.#unwritten = this.#waiting.take(BATCH_ROWS);
      if (this.#unwritten.length === 0) return;
      await this.#repository.insert(this.#unwritten);
      this.#unwritten = [];
    }
  }
}

function showSubscriptions(metrics: Registry, subscriptions: Pick<Subscriptions, 'states'>): void {
  new Gauge({
    name: 'hallwatch_camera_event_subscriptions',
    help: 'Subscriptions to what cameras notice by themselves, by state; a lost one is not heard',
    labelNames: ['status'] as const,
    registers: [metrics],
    collect() {
      const states = subscriptions.states();
      for (const status of EventSubscription.shape.status.options) {
        this.set({ status }, states.filter((state) => state.status === status).length);
      }
    },
  });
}

type EventCounter = Counter<'kind' | 'result'>;

function countEvents(metrics: Registry): EventCounter {
  return new Counter({
    name: 'hallwatch_camera_events_total',
    help: 'Changes that cameras told: kept, suppressed (too many of a kind of one camera in a minute) or dropped (database away)',
    labelNames: ['kind', 'result'] as const,
    registers: [metrics],
  });
}

function keyOf({ topic, source }: CameraEvent): string {
  return `${topic} ${source}`;
}

/** Cameras repeat themselves, and say how it is after each new subscription. */
function isNews({ lasting }: Heard, event: CameraEvent): boolean {
  if (event.active === null) return true;
  const lasts = lasting.has(keyOf(event));
  return event.active ? !lasts && lasting.size < SOURCES_LIMIT : lasts;
}

/** What ends is always told, so that nothing seems to last for ever. */
function hasRoom(heard: Heard, { kind, active }: CameraEvent, now: number): boolean {
  const minute = Math.floor(now / 60_000);
  if (heard.minute !== minute) Object.assign(heard, { minute, counts: new Map() });
  const count = (heard.counts.get(kind) ?? 0) + 1;
  heard.counts.set(kind, count);
  return active === false || count <= LIMIT_PER_MINUTE;
}
