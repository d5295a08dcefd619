import { randomInt } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';
import { noFault, type CameraFault, type SimulatedCamera } from '../model.ts';
import { Subscriptions } from '../onvif/subscriptions.ts';
import { adjust, isUsual, usualLevels, type ImagingLevels } from '../picture/adjust.ts';
import type { Alterations } from '../picture/altered-painter.ts';
import { withFault } from '../picture/faults.ts';
import { WHOLE, type PictureWindow } from '../picture/resample.ts';
import { EventBoard } from './event-board.ts';
import { PtzHead, windowOf } from './ptz-head.ts';
import { SignInLock } from './sign-in-lock.ts';

export interface Account {
  username: string;
  password: string;
}

export interface DeviceDependencies {
  clock: Clock;
  account: Account;
  /** Its picture comes from elsewhere, or looks otherwise, from now on. */
  onPictureChange: () => void;
  /** Whether anybody moves before it. */
  isMotion: () => boolean;
}

const WATCH_MS = 500;
/** Between just real enough to matter and gross. */
const FAULT_STRENGTH = 0.7;

/** One camera's own state: what is wrong with it, its clock, who may sign in, where it looks, what it notices. */
export class Device implements Alterations {
  readonly camera: SimulatedCamera;
  readonly fault: Required<CameraFault> = { ...noFault };
  readonly board = new EventBoard();
  readonly subscriptions: Subscriptions;
  readonly ptz: PtzHead | null;
  /** Another one after each restart: sessions get another SSRC. */
  ssrcMask = 0;
  #levels: ImagingLevels = usualLevels;
  #frames = 0;
  #wasMotion = false;
  #unwatch: () => void = () => undefined;
  readonly #deps: DeviceDependencies;
  readonly #lock: SignInLock;

  constructor(camera: SimulatedCamera, deps: DeviceDependencies) {
    this.camera = camera;
    this.#deps = deps;
    this.#lock = new SignInLock(deps.clock);
    this.ptz = camera.ptz ? new PtzHead(deps.clock, deps.onPictureChange) : null;
    this.subscriptions = new Subscriptions({
      ...{ clock: deps.clock, now: () => this.now(), board: this.board },
      onListened: (isListened) => this.#watch(isListened),
    });
  }

  get clockOffsetMs(): number {
    return (this.camera.clockOffsetMs ?? 0) + this.fault.clockJumpMs;
  }

  /** Its own clock, epoch ms. */
  now(): number {
    return this.#deps.clock.now() + this.clockOffsetMs;
  }

  credentials(): Account {
    const { username, password } = this.#deps.account;
    if (this.fault.locksOut && this.#lock.isLocked) return { username, password: `${password} (locked)` };
    return { username, password: this.fault.wrongPassword ? `${password} (changed)` : password };
  }

  onSignIn(isRight: boolean): void {
    if (this.fault.locksOut) this.#lock.count(isRight);
  }

  restart(): void {
    this.ssrcMask = randomInt(2 ** 32);
  }

  get levels(): ImagingLevels {
    return this.#levels;
  }

  setLevels(levels: ImagingLevels): void {
    this.#levels = levels;
    this.#deps.onPictureChange();
  }

  isFrozen(): boolean {
    return this.fault.frozenPicture;
  }

  window(): PictureWindow {
    return this.ptz ? windowOf(this.ptz.position) : WHOLE;
  }

  alter(frame: Uint8Array, width: number, height: number): void {
    if (!isUsual(this.#levels)) adjust(frame, width, height, this.#levels);
    const { picture } = this.fault;
    // Noise is another in each frame; everything else stays where it is.
    this.#frames += 1;
    const seed = picture === 'noise' ? this.#frames : this.camera.scene.seed;
    if (picture) frame.set(withFault(frame, { width, height }, picture, FAULT_STRENGTH, seed));
  }

  /** Its picture is not that of the other cameras of its scene. */
  get hasOwnPicture(): boolean {
    const { frozenPicture, halfSize, picture } = this.fault;
    return frozenPicture || picture !== null || halfSize || !isUsual(this.#levels) || this.ptz?.isAtHome === false;
  }

  /** Motion is looked for only while somebody listens; a state that was set by hand holds until people change it. */
  #watch(isListened: boolean): void {
    this.#unwatch();
    this.#unwatch = isListened
      ? this.#deps.clock.every(WATCH_MS, () => {
          const isMotion = this.#deps.isMotion();
          if (isMotion !== this.#wasMotion) this.board.motion(isMotion);
          this.#wasMotion = isMotion;
        })
      : () => undefined;
  }
}
