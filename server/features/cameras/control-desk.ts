import { PTZ_MOVE_FOR_MS, type CameraControls, type PtzMove } from '#contract/camera-control.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Serial } from '#lib/serial.ts';
import type { CameraControlPort } from './ports.ts';

export interface ControlDeskDeps {
  clock: Clock;
  port: CameraControlPort;
  /** The picture moves, or rests again. */
  onMoving: (moving: boolean) => void;
  /** The dead-man's stop: true where it worked. */
  onStopped: (worked: boolean) => void;
}

/** Commands that may wait at one camera; a camera that is slower than people click is busy. */
const WAITING_LIMIT = 8;
/** A dome swings on, and its encoder needs a moment to find back to a clear picture. */
const SETTLE_MS = 3000;
/** The longest way to a preset takes domes about so long; few say when they have arrived. */
const TRAVEL_MS = 5000;
/** How often a stop that did not work is tried; after that the camera's own time-out has done it. */
const STOP_ATTEMPTS = 3;

const STILL: PtzMove = { pan: 0, tilt: 0, zoom: 0 };

/**
 * What is told to one camera, in order. Movement has a lane of its own, so that a stop never waits behind a question.
 * Of several moves that wait, the newest counts. A move without a further word within PTZ_MOVE_FOR_MS is stopped.
 */
export class ControlDesk {
  readonly #deps: ControlDeskDeps;
  readonly #motion = new Serial();
  readonly #rest = new Serial();
  #waiting = 0;
  #next: { move: PtzMove; done: Promise<void> } | null = null;
  #reading: Promise<CameraControls> | null = null;
  #moving = false;
  #cancelDeadMan: () => void = () => undefined;
  #cancelSettling: () => void = () => undefined;

  constructor(deps: ControlDeskDeps) {
    this.#deps = deps;
  }

  /** Whether the picture moves or has not settled yet. */
  get moving(): boolean {
    return this.#moving;
  }

  move(move: PtzMove): Promise<void> {
    if (move.pan === 0 && move.tilt === 0 && move.zoom === 0) return this.halt();
    this.#armDeadMan(1);
    this.#begin();
    return this.#drive(move);
  }

  halt(): Promise<void> {
    this.#cancelDeadMan();
    return this.#drive(STILL);
  }

  /** Home or a preset: the camera finds the way and the end by itself. */
  travel(command: (port: CameraControlPort) => Promise<void>): Promise<void> {
    this.#cancelDeadMan();
    return this.#enqueue(this.#motion, async () => {
      this.#begin();
      try {
        await command(this.#deps.port);
      } finally {
        this.#settle(TRAVEL_MS);
      }
    });
  }

  /** What the camera can do now; who asks while it is being asked gets the same answer. */
  controls(): Promise<CameraControls> {
    this.#reading ??= this.run((port) => port.controls()).finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Whatever does not move the camera. */
  run<T>(command: (port: CameraControlPort) => Promise<T>): Promise<T> {
    return this.#enqueue(this.#rest, () => command(this.#deps.port));
  }

  close(): void {
    this.#cancelDeadMan();
    this.#cancelSettling();
    this.#end();
  }

  #drive(move: PtzMove): Promise<void> {
    if (this.#next) {
      this.#next.move = move;
      return this.#next.done;
    }
    const done = this.#enqueue(this.#motion, () => {
      const newest = this.#next!.move;
      this.#next = null;
      return this.#send(newest);
    });
    this.#next = { move, done };
    return done;
  }

  async #send(move: PtzMove): Promise<void> {
    if (move === STILL) {
      await this.#deps.port.stop().finally(() => this.#settle(0));
      return;
    }
    try {
      await this.#deps.port.move(move);
    } catch (error) {
      this.#cancelDeadMan();
      this.#settle(0);
      throw error;
    }
  }

  #armDeadMan(attempt: number): void {
    const { clock, onStopped } = this.#deps;
    this.#cancelDeadMan();
    this.#cancelDeadMan = clock.after(PTZ_MOVE_FOR_MS, () => {
      this.#drive(STILL).then(
        () => onStopped(true),
        () => {
          onStopped(false);
          if (attempt < STOP_ATTEMPTS) this.#armDeadMan(attempt + 1);
        },
      );
    });
  }

  #begin(): void {
    this.#cancelSettling();
    if (this.#moving) return;
    this.#moving = true;
    this.#deps.onMoving(true);
  }

  #settle(travelMs: number): void {
    this.#cancelSettling();
    this.#cancelSettling = this.#deps.clock.after(travelMs + SETTLE_MS, () => this.#end());
  }

  #end(): void {
    if (!this.#moving) return;
    this.#moving = false;
    this.#deps.onMoving(false);
  }

  async #enqueue<T>(lane: Serial, work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= WAITING_LIMIT) throw new AppError('CAMERA_BUSY');
    this.#waiting += 1;
    try {
      return await lane.run(work);
    } finally {
      this.#waiting -= 1;
    }
  }
}
