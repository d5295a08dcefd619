/** A camera stops by itself 1.5 s after the last word (PTZ_MOVE_FOR_MS); so often it is said again, ms. */
const REPEAT_MS = 500;

export interface Mover {
  /** False where the camera did not hear of it. */
  move(pan: number, tilt: number, zoom: number): Promise<boolean>;
  halt(): Promise<unknown>;
}

/** Moves a camera for as long as a button is held. Words do not pile up: while one is under way no other is said. */
export class HeldMove {
  readonly #mover: Mover;
  #timer: ReturnType<typeof setInterval> | null = null;
  #underWay: Promise<unknown> | null = null;

  constructor(mover: Mover) {
    this.#mover = mover;
  }

  hold(pan: number, tilt: number, zoom: number): void {
    if (this.#timer !== null) return;
    const say = () => {
      if (this.#underWay) return;
      const word = this.#mover.move(pan, tilt, zoom).then((heard) => {
        if (this.#underWay === word) this.#underWay = null;
        if (!heard) this.#end();
      });
      this.#underWay = word;
    };
    this.#timer = setInterval(say, REPEAT_MS);
    say();
  }

  /** The stop is said after the last word to move has arrived, lest it overtake it. */
  release(): void {
    if (this.#timer === null) return;
    this.#end();
    const last = this.#underWay ?? Promise.resolve();
    void last.then(() => this.#timer === null && this.#mover.halt());
  }

  #end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
