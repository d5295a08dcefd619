/**
 * Gathers what comes and hands it on once a frame: however much comes, it is drawn as often as the page can draw, and not more
 * often. A page that nobody sees has no frames and takes everything at once.
 */
export class FrameBatch<T> {
  readonly #take: (all: readonly T[]) => void;
  #waiting: T[] = [];
  #frame: number | null = null;

  constructor(take: (all: readonly T[]) => void) {
    this.#take = take;
  }

  add(one: T): void {
    this.#waiting.push(one);
    if (document.hidden) this.flush();
    else this.#frame ??= requestAnimationFrame(() => this.flush());
  }

  /** Hands on what waits, now. */
  flush(): void {
    const all = this.#waiting;
    this.clear();
    if (all.length > 0) this.#take(all);
  }

  /** Forgets what waits. */
  clear(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    this.#waiting = [];
  }
}
