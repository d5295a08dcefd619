import type { Alert } from '#contract/alerts.ts';
import type { ScreenDrive } from '#contract/screens.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { emptyPool, heard, turn, type Pool, type Shown } from './driving.ts';

export interface DriverDeps {
  clock: Clock;
  drive: ScreenDrive;
  /** The screens that may be changed now, in the order in which they are taken. */
  free: () => string[];
  put: (screen: string, shown: Shown | null, show: ScreenDrive['show']) => void;
}

/** Lets alerts take the screens of one pool, and sets the timer for the next instant at which anything is due. */
export class Driver {
  readonly #deps: DriverDeps;
  #pool: Pool;
  #cancel: () => void = () => undefined;

  constructor(deps: DriverDeps) {
    this.#deps = deps;
    this.#pool = emptyPool(deps.drive);
  }

  hear(alert: Alert): void {
    this.#pool = heard(this.#pool, alert);
    this.look();
  }

  /** Goes on with what an alert had brought to a screen before the program ended. */
  resume(screen: string, shown: Shown): void {
    const { drive } = this.#deps;
    if (!this.#deps.free().includes(screen) || this.#pool.shown.has(screen)) return;
    this.#pool = { ...this.#pool, shown: new Map(this.#pool.shown).set(screen, shown) };
    this.#deps.put(screen, shown, drive.show);
    this.look();
  }

  /** Asks what is due: also when screens have come, gone, or were locked. */
  look(): void {
    const { clock, free, put, drive } = this.#deps;
    this.#cancel();
    const { pool, changes, wakeAt } = turn(this.#pool, free(), clock.now());
    this.#pool = pool;
    this.#cancel = wakeAt === null ? () => undefined : onceAt(clock, wakeAt, () => this.look());
    for (const [screen, shown] of changes) put(screen, shown, drive.show);
  }

  /** Gives back every screen that an alert holds. */
  stop(): void {
    this.#cancel();
    for (const screen of this.#pool.shown.keys()) this.#deps.put(screen, null, this.#deps.drive.show);
    this.#pool = emptyPool(this.#deps.drive);
  }
}
