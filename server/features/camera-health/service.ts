import type { HealthPoint, StreamHealth } from '#contract/camera-health.ts';
import type { ProfileRole } from '#contract/cameras.ts';
import { messageOf } from '#lib/app-error.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';
import { HealthRepository } from './repository.ts';

export interface CameraHealthDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  streams: { health(): StreamHealth[] };
  /** Hears of every measurement, stored or not. */
  onMeasured: (samples: readonly StreamHealth[]) => void;
}

const EVERY_MS = 60_000;
/** What waits for a database that is away: two hours of two hundred streams. */
const WAITING_LIMIT = 24_000;
const BATCH_ROWS = 2000;
export const KEPT_DAYS = 30;
const CLEAN_EVERY_MS = 6 * 3600_000;

/** Measures every stream once a minute, and keeps what it measured for a month. */
export class CameraHealthService {
  readonly #deps: CameraHealthDeps;
  readonly #repository: HealthRepository;
  readonly #waiting = new BoundedQueue<StreamHealth>(WAITING_LIMIT);
  #unwritten: StreamHealth[] = [];
  #lost = 0;
  #ends: (() => void)[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(deps: CameraHealthDeps) {
    this.#deps = deps;
    this.#repository = new HealthRepository(deps.db);
  }

  start(): void {
    if (this.#ends.length > 0) return;
    const { clock } = this.#deps;
    this.#ends = [
      clock.every(EVERY_MS, () => this.#measure()),
      clock.every(CLEAN_EVERY_MS, () => this.#then(() => this.#clean())),
    ];
    this.#then(() => this.#clean());
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    this.#ends = [];
    await this.#work;
  }

  /** The course of one stream over the last hours, oldest first; spans of more than a day in steps of ten minutes or more. */
  course(cameraId: string, role: ProfileRole, hours: number): Promise<HealthPoint[]> {
    return this.#repository.course(cameraId, role, this.#deps.clock.now() - hours * 3600_000, hours);
  }

  /** How often a stream of these cameras was lost in the last 24 hours; null while the database is away. */
  async lossesOfDay(cameraIds: readonly string[]): Promise<(cameraId: string, role: ProfileRole) => number | null> {
    const lost = await this.#repository.losses(cameraIds, this.#deps.clock.now() - 24 * 3600_000).catch(() => null);
    return (cameraId, role) =>
      lost && (lost.find((row) => row.cameraId === cameraId && row.role === role)?.losses ?? 0);
  }

  #measure(): void {
    // A stream that nobody needs has nothing to tell.
    const samples = this.#deps.streams.health().filter(({ uptime }) => uptime !== null);
    this.#deps.onMeasured(samples);
    for (const sample of samples) this.#keep(sample);
    this.#then(() => this.#write());
  }

  #keep(sample: StreamHealth): void {
    if (this.#waiting.push(sample)) return;
    this.#waiting.shift();
    this.#waiting.push(sample);
    this.#lost += 1;
  }

  /** One thing after the other, so that a slow database gets no second connection from here. */
  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work);
  }

  async #write(): Promise<void> {
    const { log } = this.#deps;
    for (;;) {
      if (this.#unwritten.length === 0) this.#unwritten = this.#waiting.take(BATCH_ROWS);
      if (this.#unwritten.length === 0) break;
      try {
        await this.#repository.insert(this.#unwritten);
        this.#unwritten = [];
      } catch (error) {
        return log.debug({ reason: messageOf(error) }, 'camera health waits for the database');
      }
    }
    if (this.#lost > 0)
      log.warn({ measurements: this.#lost }, 'camera health left out: the database was away too long');
    this.#lost = 0;
  }

  async #clean(): Promise<void> {
    try {
      await this.#repository.dropOlderThan(KEPT_DAYS);
    } catch (error) {
      this.#deps.log.debug({ reason: messageOf(error) }, 'old camera health not removed');
    }
  }
}
