import { isDeepStrictEqual } from 'node:util';
import { Gauge, type Registry } from 'prom-client';
import type { StreamHealth } from '#contract/camera-health.ts';
import { CameraCondition, type Camera, type StreamState } from '#contract/cameras.ts';
import type { Clock } from '#lib/clock.ts';
import { judge } from './condition.ts';

/** A stream that stumbles more often than this in ten minutes flaps. */
const LOSSES_WITHIN_MS = 10 * 60_000;
const LOSSES_KEPT = 20;

interface Known {
  condition: CameraCondition;
  health: StreamHealth | null;
  /** Epoch ms. */
  losses: number[];
  pictureFaults: readonly string[];
}

/** The condition of every camera, judged anew whenever something is heard of it. */
export class CameraConditions {
  readonly #clock: Clock;
  readonly #known = new Map<string, Known>();

  constructor(clock: Clock, metrics?: Registry) {
    this.#clock = clock;
    if (metrics) this.#showOn(metrics);
  }

  /** Judges a camera by its streams as they are now; answers whether that changed anything. */
  look(camera: Camera, streams: readonly StreamState[]): boolean {
    const known = this.#of(camera.id);
    const before = known.condition;
    const watched = streams.find(({ role }) => role === 'sub') ?? streams.find(({ role }) => role === 'main');
    const now = this.#clock.now();
    if (watched?.status === 'lost' && before.status !== 'offline') this.#countLoss(known, now);
    known.condition = judge(
      before,
      {
        enabled: camera.enabled,
        sourceChoice: camera.sourceChoice,
        ratedFps: camera.profiles.find(({ role }) => role === watched?.role)?.fps ?? 0,
        watched,
        other: streams.find((stream) => stream !== watched),
        health: known.health,
        losses: known.losses.filter((at) => at > now - LOSSES_WITHIN_MS).length,
        pictureFaults: known.pictureFaults,
      },
      new Date(now).toISOString(),
    );
    return !isDeepStrictEqual(before, known.condition);
  }

  of(cameraId: string): CameraCondition {
    return this.#of(cameraId).condition;
  }

  /** Takes a measurement of a stream; only that of the stream that is always pulled counts. */
  measured(health: StreamHealth): void {
    const known = this.#of(health.cameraId);
    if (health.role === 'sub' || known.health?.role !== 'sub') known.health = health;
  }

  pictureFaults(cameraId: string, faults: readonly string[]): void {
    this.#of(cameraId).pictureFaults = faults;
  }

  forget(cameraId: string): void {
    this.#known.delete(cameraId);
  }

  #of(cameraId: string): Known {
    let known = this.#known.get(cameraId);
    if (!known) {
      const since = new Date(this.#clock.now()).toISOString();
      known = { condition: { status: 'connecting', since, reasons: [] }, health: null, losses: [], pictureFaults: [] };
      this.#known.set(cameraId, known);
    }
    return known;
  }

  /** A state set, as OpenMetrics has it: of each camera one is 1 and the others are 0. */
  #showOn(metrics: Registry): void {
    const known = this.#known;
    new Gauge({
      name: 'hallwatch_camera_condition',
      help: 'Condition of each camera: 1 for the one that it is in, 0 for the others',
      labelNames: ['camera', 'condition'] as const,
      registers: [metrics],
      collect() {
        this.reset();
        for (const [camera, { condition }] of known) {
          for (const each of CameraCondition.shape.status.options) {
            this.set({ camera, condition: each }, each === condition.status ? 1 : 0);
          }
        }
      },
    });
  }

  #countLoss(known: Known, now: number): void {
    known.losses = [...known.losses, now].slice(-LOSSES_KEPT);
    // What was measured before the loss says nothing about the stream that comes back.
    known.health = null;
  }
}
