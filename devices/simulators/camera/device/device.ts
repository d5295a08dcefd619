import { randomInt } from 'node:crypto';
import type { Clock } from '#lib/clock.ts';
import { noFault, type CameraFault, type SimulatedCamera } from '../model.ts';
import type { Alterations } from '../picture/altered-painter.ts';
import { SignInLock } from './sign-in-lock.ts';

export interface Account {
  username: string;
  password: string;
}

/** One camera's own state: what is wrong with it, its clock, who may sign in. */
export class Device implements Alterations {
  readonly camera: SimulatedCamera;
  readonly fault: Required<CameraFault> = { ...noFault };
  /** Another one after each restart: sessions get another SSRC. */
  ssrcMask = 0;
  readonly #account: Account;
  readonly #lock: SignInLock;

  constructor(camera: SimulatedCamera, account: Account, clock: Clock) {
    this.camera = camera;
    this.#account = account;
    this.#lock = new SignInLock(clock);
  }

  get clockOffsetMs(): number {
    return (this.camera.clockOffsetMs ?? 0) + this.fault.clockJumpMs;
  }

  credentials(): Account {
    const { username, password } = this.#account;
    if (this.fault.locksOut && this.#lock.isLocked) return { username, password: `${password} (locked)` };
    return { username, password: this.fault.wrongPassword ? `${password} (changed)` : password };
  }

  onSignIn(isRight: boolean): void {
    if (this.fault.locksOut) this.#lock.count(isRight);
  }

  restart(): void {
    this.ssrcMask = randomInt(2 ** 32);
  }

  isFrozen(): boolean {
    return this.fault.frozenPicture;
  }

  alter(): void {
    // Nothing yet.
  }

  /** Its picture is not that of the other cameras of its scene. */
  get hasOwnPicture(): boolean {
    return this.fault.frozenPicture || this.fault.halfSize;
  }
}
