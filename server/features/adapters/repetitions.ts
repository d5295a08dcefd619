const WITHIN_MS = 5_000;
const MOST = 20_000;

/**
 * When what has no time of its own was first said: what comes again within seconds, word for word, is the same message sent
 * twice and keeps its time, and with it its id.
 */
export class Repetitions {
  /** In two generations: a map is never emptied from its front, which it would be slow at. */
  #young = new Map<string, number>();
  #old: ReadonlyMap<string, number> = new Map();
  #youngSince = 0;

  /** Epoch ms. */
  firstSaid(what: string, now: number): number {
    if (now - this.#youngSince >= WITHIN_MS || this.#young.size >= MOST) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSince = now;
    }
    const known = this.#young.get(what) ?? this.#old.get(what);
    if (known !== undefined && now - known < WITHIN_MS) return known;
    this.#young.set(what, now);
    return now;
  }
}
