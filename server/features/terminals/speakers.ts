const WITHIN_MS = 60_000;
/** A device that comes back with a backlog changes its session three times: the new one, what the old one kept, the new one. */
const CHANGES_OF_TWO = 6;

/**
 * Tells two devices under one id from one: each has sessions of its own, and they take turns, be it because both are
 * connected or because each throws the other out. A connection that breaks all the time looks the same, and is no better.
 */
export class Speakers {
  #sid: string | null = null;
  /** When the session changed, epoch ms. */
  #changes: number[] = [];

  get areTwo(): boolean {
    return this.#changes.length >= CHANGES_OF_TWO;
  }

  heard(sid: string, at: number): void {
    if (this.#sid !== null && sid !== this.#sid) this.#changes = [...this.#changes, at].slice(-CHANGES_OF_TWO);
    this.#sid = sid;
    this.#changes = this.#changes.filter((change) => at - change < WITHIN_MS);
  }
}
