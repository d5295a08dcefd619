import { CLIP_AFTER_MS, CLIP_BEFORE_MS, type Alert } from '#contract/alerts.ts';
import type { HoldInput } from '#contract/storage.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';

/** Holds on footage. */
export interface HoldsPort {
  place(input: HoldInput, by: string): Promise<unknown>;
  lift(id: string, by: string): Promise<unknown>;
  /** Ids of those in force for an alert, placed by this name. */
  of(subject: 'alert', alertId: string, by: string): Promise<string[]>;
}

export interface ClipHoldsDeps {
  alerts: { open(): Alert[]; readonly changed: Emitter<Alert> };
  holds: HoldsPort;
  clock: Clock;
  log: Logger;
}

/** Who places them, in the list of holds. */
const BY = 'hallwatch';
/** Of the cameras that see a place, the best ones. */
const MOST_CAMERAS = 4;
const AGAIN_MS = 30_000;

/**
 * The clip of an alert 预警片段 is the footage of its cameras around the instant at which it was raised. Nothing removes it while the
 * alert is open or when it was confirmed; what was nothing, or is over without a verdict, goes by the rules of retention again.
 */
export class ClipHolds {
  readonly #deps: ClipHoldsDeps;
  /** What is still to be looked at: the newest state of each alert. */
  readonly #wanted = new Map<string, Alert>();
  /** Alerts whose clip is known to be held. */
  readonly #held = new Set<string>();
  #leave: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor(deps: ClipHoldsDeps) {
    this.#deps = deps;
  }

  /** What was raised or closed before the program ended is caught up with. */
  start(): void {
    const { alerts } = this.#deps;
    this.#leave ??= alerts.changed.on((alert) => this.#want(alert));
    for (const alert of alerts.open()) this.#want(alert);
  }

  async stop(): Promise<void> {
    this.#leave?.();
    this.#leave = null;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    await this.#running;
  }

  /** Resolves when everything that is known now was looked at. */
  async settled(): Promise<void> {
    await this.#running;
  }

  #want(alert: Alert): void {
    if (isKept(alert) && this.#held.has(alert.id)) return;
    this.#wanted.set(alert.id, alert);
    if (!this.#cancelRetry) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#deps;
    try {
      for (const [id, alert] of this.#wanted) {
        await (isKept(alert) ? this.#keep(alert) : this.#release(id));
        if (this.#wanted.get(id) === alert) this.#wanted.delete(id);
      }
    } catch (error) {
      log.warn(
        { reason: messageOf(error), alerts: this.#wanted.size },
        'clips of alerts could not be held or released',
      );
      if (this.#leave) {
        this.#cancelRetry = clock.after(AGAIN_MS, () => {
          this.#cancelRetry = null;
          this.#running ??= this.#run();
        });
      }
    } finally {
      this.#running = null;
    }
  }

  async #keep({ id, cameraIds, cameraId, raisedAt, kind }: Alert): Promise<void> {
    const { holds } = this.#deps;
    const at = Date.parse(raisedAt);
    const span = { from: iso(at - CLIP_BEFORE_MS), until: iso(at + CLIP_AFTER_MS) };
    if ((await holds.of('alert', id, BY)).length === 0) {
      const cameras = [...new Set([...cameraIds, ...(cameraId === null ? [] : [cameraId])])];
      for (const camera of cameras.slice(0, MOST_CAMERAS)) {
        const hold = { cameraId: camera, ...span, reason: kind, subject: 'alert', subjectId: id } as const;
        await holds.place(hold, BY).catch(unlessGone);
      }
    }
    this.#held.add(id);
  }

  async #release(alertId: string): Promise<void> {
    const { holds } = this.#deps;
    for (const id of await holds.of('alert', alertId, BY)) await holds.lift(id, BY);
    this.#held.delete(alertId);
  }
}

const isKept = ({ status, verdict }: Alert) => status !== 'closed' || verdict === 'confirmed';

/** Of a camera that was removed and never recorded there is nothing to hold. */
function unlessGone(error: unknown): void {
  if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
