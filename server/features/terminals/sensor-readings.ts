import type { Counter } from 'prom-client';
import type { SensorTelemetry } from '#contract/mqtt.ts';
import { messageOf } from '#lib/app-error.ts';
import { BoundedQueue } from '#lib/bounded-queue.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { Database } from '../../db/database.ts';

export interface SensorReadingsDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics: { readingsDropped: Counter };
}

type Quantity = keyof SensorTelemetry;
interface Reading {
  at: number;
  hallId: string;
  deviceId: string;
  quantity: Quantity;
  value: number;
}

const QUEUE_LIMIT = 20_000;
const BATCH_ROWS = 2_000;
const FLUSH_MS = 1_000;
const AT_LEAST_EVERY_MS = 60_000;
/** Gauges say how it is; counters say how many since the last message, so each of them matters. */
const gauges = new Set<Quantity>(['inside', 'seat', 'co2']);

/**
 * Measurements of sensors over time. They come with QoS 0, so nobody waits for their commit; while the database is away
 * the newest are kept up to a limit.
 */
export class SensorReadings {
  readonly #deps: SensorReadingsDeps;
  readonly #queue = new BoundedQueue<Reading>(QUEUE_LIMIT);
  /** Per sensor and gauge: what was written last. */
  readonly #written = new Map<string, { at: number; value: number }>();
  #unwritten: Reading[] = [];
  #end: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: SensorReadingsDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#end ??= this.#deps.clock.every(FLUSH_MS, () => {
      this.#writing = this.#writing.then(() => this.#flush());
    });
  }

  async stop(): Promise<void> {
    if (this.#end === null) return;
    this.#end();
    this.#end = null;
    await this.#writing;
    await this.#flush();
  }

  add(hallId: string, deviceId: string, telemetry: SensorTelemetry, at: number): void {
    for (const [quantity, measured] of Object.entries(telemetry) as [Quantity, number | boolean][]) {
      const value = Number(measured);
      if (!this.#isNews(`${hallId}/${deviceId}/${quantity}`, quantity, value, at)) continue;
      if (this.#queue.push({ at, hallId, deviceId, quantity, value })) continue;
      this.#queue.shift();
      this.#queue.push({ at, hallId, deviceId, quantity, value });
      this.#deps.metrics.readingsDropped.inc();
    }
  }

  /** The terminal is no longer registered. */
  forget(hallId: string, deviceId: string): void {
    for (const quantity of gauges) this.#written.delete(`${hallId}/${deviceId}/${quantity}`);
  }

  /** What each sensor of the hall measured last since `from`, epoch ms. */
  latest(hallId: string, quantity: Quantity, from: number): Promise<{ deviceId: string; value: number; at: string }[]> {
    return this.#deps.db.query(
      `SELECT DISTINCT ON (device_id) device_id AS "deviceId", value, at FROM sensor_reading
       WHERE hall_id = $1 AND quantity = $2 AND at >= $3 ORDER BY device_id, at DESC`,
      [hallId, quantity, new Date(from).toISOString()],
    );
  }

  #isNews(name: string, quantity: Quantity, value: number, at: number): boolean {
    if (!gauges.has(quantity)) return value !== 0;
    const last = this.#written.get(name);
    if (last?.value === value && at - last.at < AT_LEAST_EVERY_MS) return false;
    this.#written.set(name, { at, value });
    return true;
  }

  async #flush(): Promise<void> {
    const { db, log } = this.#deps;
    for (;;) {
      if (this.#unwritten.length === 0) this.#unwritten = this.#queue.take(BATCH_ROWS);
      const readings = this.#unwritten;
      if (readings.length === 0) return;
      try {
        await db.query(
          `INSERT INTO sensor_reading (at, hall_id, device_id, quantity, value)
           SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::float8[])`,
          [
            readings.map((reading) => new Date(reading.at).toISOString()),
            readings.map((reading) => reading.hallId),
            readings.map((reading) => reading.deviceId),
            readings.map((reading) => reading.quantity),
            readings.map((reading) => reading.value),
          ],
        );
        this.#unwritten = [];
      } catch (error) {
        log.debug({ reason: messageOf(error) }, 'sensor readings wait for the database');
        return;
      }
    }
  }
}
