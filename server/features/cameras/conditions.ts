import { isDeepStrictEqual } from 'node:util';
import type { StreamHealth } from '#contract/camera-health.ts';
import type { Camera, CameraCondition, StreamState } from '#contract/cameras.ts';
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

  constructor(clock: Clock) {
    this.#clock = clock;
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

  #countLoss(known: Known, now: number): void {
    known.losses = [...known.losses, now].slice(-LOSSES_KEPT);
    // What was measured before the loss says nothing about the stream that comes back.
    known.health = null;
  }
}
