/** Lets only so many tiles join at once: decoding the first group of pictures is the costliest moment of a tile. */
export class JoinQueue {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #joining = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls `granted` when it is this one's turn, perhaps at once. The returned function gives the place back, or up. */
  request(granted: () => void): () => void {
    let held = true;
    let inside = false;
    const enter = () => {
      inside = true;
      this.#joining += 1;
      granted();
    };
    if (this.#joining < this.#limit) enter();
    else this.#waiting.push(enter);
    return () => {
      if (!held) return;
      held = false;
      if (inside) this.#leave();
      else this.#waiting.splice(this.#waiting.indexOf(enter), 1);
    };
  }

  #leave(): void {
    this.#joining -= 1;
    if (this.#joining < this.#limit) this.#waiting.shift()?.();
  }
}
