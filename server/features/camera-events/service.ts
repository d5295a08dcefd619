import { Counter, type Registry } from 'prom-client';
import type { CameraEvent } from '#contract/camera-events.ts';
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
/** Motion is chatty: a camera that says more than this in a minute says nothing new. */
const LIMIT_PER_MINUTE = 60;
const SOURCES_LIMIT = 64;
const KEPT_DAYS = 30;
const CLEAN_EVERY_MS = 6 * 3600_000;

interface Heard {
  /** What each source of the camera said last, by topic and source. */
  active: Map<string, boolean>;
  minute: number;
  count: number;
}

/** What cameras notice by themselves: heard from every camera that tells, kept where it is news. */
export class CameraEventsService {
  /** Every change, as it arrives. */
  readonly heard = new Emitter<CameraEvent>();

  readonly #deps: CameraEventsDeps;
  readonly #repository: EventsRepository;
  readonly #subscriptions: Subscriptions;
  readonly #counter: EventCounter | undefined;
  readonly #cameras = new Map<string, Heard>();
  readonly #waiting = new BoundedQueue<CameraEvent>(WAITING_LIMIT);
  #unwritten: CameraEvent[] = [];
  #leave: (() => void)[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(deps: CameraEventsDeps) {
    const { cameras, subscribe, metrics } = deps;
    this.#deps = deps;
    this.#counter = metrics && countEvents(metrics);
    this.#repository = new EventsRepository(deps.db);
    this.#subscriptions = new Subscriptions({
      subscribe,
      accessTo: (cameraId) => cameras.accessTo(cameraId),
      onEvent: (event) => this.#take(event),
    });
  }

  start(): void {
    if (this.#leave.length > 0) return;
    const { clock, cameras } = this.#deps;
    for (const camera of cameras.list()) this.#subscriptions.apply(camera);
    this.#leave = [
      cameras.changed.on((camera) => this.#subscriptions.apply(camera)),
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

  #take(event: CameraEvent): void {
    const heard = this.#heardOf(event.cameraId);
    if (!isNews(heard, event)) return;
    if (!hasRoom(heard, event, this.#deps.clock.now())) {
      this.#counter?.inc({ kind: event.kind, result: 'suppressed' });
      return;
    }
    this.#counter?.inc({ kind: event.kind, result: 'kept' });
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
      heard = { active: new Map(), minute: 0, count: 0 };
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

type EventCounter = Counter<'kind' | 'result'>;

function countEvents(metrics: Registry): EventCounter {
  return new Counter({
    name: 'hallwatch_camera_events_total',
    help: 'Changes that cameras told: kept, suppressed (too many of one camera in a minute) or dropped (database away)',
    labelNames: ['kind', 'result'] as const,
    registers: [metrics],
  });
}

/** Cameras repeat themselves, and say how it is after each new subscription. */
function isNews({ active }: Heard, { topic, source, active: now }: CameraEvent): boolean {
  if (now === null) return true;
  const key = `${topic} ${source}`;
  const before = active.get(key) ?? false;
  if (before === now) return false;
  if (active.size < SOURCES_LIMIT || active.has(key)) active.set(key, now);
  return true;
}

/** What ends is always told, so that nothing seems to last for ever. */
function hasRoom(heard: Heard, { active }: CameraEvent, now: number): boolean {
  const minute = Math.floor(now / 60_000);
  if (heard.minute !== minute) Object.assign(heard, { minute, count: 0 });
  heard.count += 1;
  return active === false || heard.count <= LIMIT_PER_MINUTE;
}
