import { isDeepStrictEqual } from 'node:util';
import { Gauge, type Registry } from 'prom-client';
import type { EventSubscription } from '#contract/camera-events.ts';
import type { StreamHealth } from '#contract/camera-health.ts';
import { CameraCondition, type StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { judge, type Judged } from './condition.ts';
import type { Kept } from './register.ts';

/** A stream that stumbles more often than this in ten minutes flaps. */
const LOSSES_WITHIN_MS = 10 * 60_000;
const LOSSES_KEPT = 20;
/** Reasons not to hear a camera that are told elsewhere. */
const NO_FAILURE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CAMERA_UNSUPPORTED', 'CAMERA_CREDENTIALS_REFUSED']);

interface Known {
  judged: Judged;
  stopTimer: () => void;
  health: StreamHealth | null;
  /** Epoch ms. */
  losses: number[];
  pictureFaults: readonly string[];
  unheard: string | null;
}

export interface CameraConditionsDeps {
  clock: Clock;
  metrics?: Registry;
  /** A camera has to be looked at anew, though nothing was heard of it. */
  onDue: (cameraId: string) => void;
}

/** The condition of every camera, judged anew whenever something is heard of it. */
export class CameraConditions {
  readonly #clock: Clock;
  readonly #onDue: (cameraId: string) => void;
  readonly #known = new Map<string, Known>();

  constructor({ clock, metrics, onDue }: CameraConditionsDeps) {
    this.#clock = clock;
    this.#onDue = onDue;
    if (metrics) this.#showOn(metrics);
  }

  stop(): void {
    for (const { stopTimer } of this.#known.values()) stopTimer();
  }

  /** Judges a camera by its streams as they are now; answers whether that changed anything. */
  look({ camera, guard }: Pick<Kept, 'camera' | 'guard'>, streams: readonly StreamState[]): boolean {
    const known = this.#of(camera.id);
    const before = known.judged;
    const watched = streams.find(({ role }) => role === 'sub') ?? streams.find(({ role }) => role === 'main');
    const now = this.#clock.now();
    if (watched?.status === 'lost' && before.condition.status !== 'offline') this.#countLoss(known, now);
    known.judged = judge(
      before,
      {
        enabled: camera.enabled,
        sourceChoice: camera.sourceChoice,
        ratedFps: camera.profiles.find(({ role }) => role === watched?.role)?.fps ?? 0,
        watched,
        other: streams.find((stream) => stream !== watched),
        health: known.health,
        losses: known.losses.filter((at) => at > now - LOSSES_WITHIN_MS).length,
        refusal: guard.refusal?.words ?? null,
        unheard: known.unheard,
        pictureFaults: known.pictureFaults,
      },
      now,
    );
    this.#setTimer(camera.id, known);
    return !isDeepStrictEqual(before.condition, known.judged.condition);
  }

  of(cameraId: string): CameraCondition {
    return this.#of(cameraId).judged.condition;
  }

  /** Takes a measurement of a stream; only that of the stream that is always pulled counts. */
  measured(health: StreamHealth): void {
    const known = this.#of(health.cameraId);
    if (health.role === 'sub' || known.health?.role !== 'sub') known.health = health;
  }

  pictureFaults(cameraId: string, faults: readonly string[]): void {
    this.#of(cameraId).pictureFaults = faults;
  }

  /** Takes whether what the camera notices is heard. That it has no such function, or wants a password, is no failure. */
  heard(cameraId: string, subscription: EventSubscription | null): void {
    const lost = subscription?.status === 'lost' && subscription.code !== null && !NO_FAILURE.has(subscription.code);
    this.#of(cameraId).unheard = lost ? subscription.detail : null;
  }

  forget(cameraId: string): void {
    this.#known.get(cameraId)?.stopTimer();
    this.#known.delete(cameraId);
  }

  #setTimer(cameraId: string, known: Known): void {
    known.stopTimer();
    const { dueAt } = known.judged;
    known.stopTimer = dueAt === null ? () => undefined : onceAt(this.#clock, dueAt, () => this.#onDue(cameraId));
  }

  #of(cameraId: string): Known {
    let known = this.#known.get(cameraId);
    if (!known) {
      const since = new Date(this.#clock.now()).toISOString();
      const condition: CameraCondition = { status: 'connecting', since, reasons: [] };
      const judged: Judged = { condition, turning: new Map(), dueAt: null };
      known = { judged, stopTimer: () => undefined, health: null, losses: [], pictureFaults: [], unheard: null };
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
        for (const [camera, { judged }] of known) {
          for (const each of CameraCondition.shape.status.options) {
            this.set({ camera, condition: each }, each === judged.condition.status ? 1 : 0);
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
