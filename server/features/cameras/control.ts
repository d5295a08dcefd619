import type { CameraControls, ImagingChange, PtzMove, PtzPreset } from '#contract/camera-control.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { ControlDesk } from './control-desk.ts';
import type { CameraAccess, OpenControls } from './ports.ts';

export interface CameraControlDeps {
  clock: Clock;
  log: Logger;
  open: OpenControls;
  /** Throws NOT_FOUND, CAMERA_DISABLED, or CAMERA_UNSUPPORTED for a camera without ONVIF. */
  access: (cameraId: string) => CameraAccess;
}

/** A dome that needs longer for an answer cannot be steered. */
const COMMAND_TIMEOUT_MS = 5000;

type Command = { cameraId: string; by: string; command: string } & Record<string, unknown>;

interface Opened {
  desk: ControlDesk;
  /** Another one: the camera's address or credentials have changed. */
  guard: CameraAccess['guard'];
  ending: AbortController;
}

/** Who moves, adjusts and switches cameras. Every command is logged with the user's name, `by`; all throw CAMERA_*. */
export class CameraControl {
  /** A camera begins to move, or its picture has settled again. */
  readonly moved = new Emitter<{ cameraId: string; moving: boolean }>();
  readonly #deps: CameraControlDeps;
  readonly #opened = new Map<string, Opened>();
  #running = false;

  constructor(deps: CameraControlDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = true;
  }

  stop(): void {
    this.#running = false;
    for (const cameraId of [...this.#opened.keys()]) this.close(cameraId);
  }

  /** Forgets what was learned of a camera, and ends what is under way: it has changed, or is gone. */
  close(cameraId: string): void {
    const opened = this.#opened.get(cameraId);
    if (!opened) return;
    this.#opened.delete(cameraId);
    opened.ending.abort(new AppError('SHUTTING_DOWN'));
    opened.desk.close();
  }

  isMoving(cameraId: string): boolean {
    return this.#opened.get(cameraId)?.desk.moving ?? false;
  }

  controls(cameraId: string): Promise<CameraControls> {
    return this.#desk(cameraId).controls();
  }

  /** A word is good for PTZ_MOVE_FOR_MS. */
  move(cameraId: string, move: PtzMove, by: string): Promise<void> {
    const desk = this.#desk(cameraId);
    // who holds a key down says so several times a second
    if (desk.moving) return desk.move(move);
    return this.#told({ cameraId, by, command: 'move', ...move }, desk.move(move));
  }

  halt(cameraId: string, by: string): Promise<void> {
    return this.#told({ cameraId, by, command: 'stop' }, this.#desk(cameraId).halt());
  }

  home(cameraId: string, by: string): Promise<void> {
    const done = this.#desk(cameraId).travel((port) => port.home());
    return this.#told({ cameraId, by, command: 'home' }, done);
  }

  goToPreset(cameraId: string, token: string, by: string): Promise<void> {
    const done = this.#desk(cameraId).travel((port) => port.goToPreset(token));
    return this.#told({ cameraId, by, command: 'go to preset', token }, done);
  }

  savePreset(cameraId: string, name: string, by: string): Promise<PtzPreset> {
    const done = this.#desk(cameraId).run((port) => port.savePreset(name));
    return this.#told({ cameraId, by, command: 'save preset', name }, done);
  }

  removePreset(cameraId: string, token: string, by: string): Promise<void> {
    const done = this.#desk(cameraId).run((port) => port.removePreset(token));
    return this.#told({ cameraId, by, command: 'remove preset', token }, done);
  }

  setImaging(cameraId: string, change: ImagingChange, by: string): Promise<void> {
    const done = this.#desk(cameraId).run((port) => port.setImaging(change));
    return this.#told({ cameraId, by, command: 'imaging', ...change }, done);
  }

  setRelay(cameraId: string, token: string, on: boolean, by: string): Promise<void> {
    const done = this.#desk(cameraId).run((port) => port.setRelay(token, on));
    return this.#told({ cameraId, by, command: 'relay', token, on }, done);
  }

  async #told<T>(what: Command, done: Promise<T>): Promise<T> {
    try {
      const result = await done;
      this.#deps.log.info(what, 'camera command');
      return result;
    } catch (error) {
      this.#deps.log.warn({ ...what, err: messageOf(error) }, 'camera command failed');
      throw error;
    }
  }

  #desk(cameraId: string): ControlDesk {
    if (!this.#running) throw new AppError('SHUTTING_DOWN');
    const { clock, log, open } = this.#deps;
    const access = this.#deps.access(cameraId);
    const known = this.#opened.get(cameraId);
    if (known?.guard === access.guard) return known.desk;
    this.close(cameraId);
    const ending = new AbortController();
    const desk = new ControlDesk({
      clock,
      port: open({ ...access, timeoutMs: COMMAND_TIMEOUT_MS, signal: ending.signal }),
      onMoving: (moving) => this.moved.emit({ cameraId, moving }),
      onStopped: (worked) =>
        worked
          ? log.info({ cameraId }, 'camera stopped: nobody said to move on')
          : log.warn({ cameraId }, 'camera could not be stopped'),
    });
    this.#opened.set(cameraId, { desk, guard: access.guard, ending });
    return desk;
  }
}
