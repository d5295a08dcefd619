/** A picture that waits longer than this for its decoder is no longer live, ms. */
const MAX_LAG_MS = 1000;

interface Pending {
  enteredAt: number;
  takenAt: number | null;
}

/**
 * Knows which pictures are inside the decoder and since when. Measured by time spent waiting, not by number: a join
 * brings a whole group of pictures at once, which is no lag as long as it is decoded quickly.
 */
export class LagGuard {
  /** By presentation time, in the order they went in. */
  readonly #inside = new Map<number, Pending>();

  get pending(): number {
    return this.#inside.size;
  }

  entered(timestamp: number, now: number, takenAt: number | null): void {
    this.#inside.set(timestamp, { enteredAt: now, takenAt });
  }

  /** A frame came out: gives when the camera took it, and forgets all pictures before it, which will not come any more. */
  left(timestamp: number): number | null {
    const found = this.#inside.get(timestamp);
    if (!found) return null;
    this.#inside.delete(timestamp);
    for (const [older, { enteredAt }] of this.#inside) {
      if (enteredAt > found.enteredAt) break;
      if (older < timestamp) this.#inside.delete(older);
    }
    return found.takenAt;
  }

  isBehind(now: number): boolean {
    const oldest = this.#inside.values().next().value;
    return oldest !== undefined && now - oldest.enteredAt > MAX_LAG_MS;
  }

  clear(): void {
    this.#inside.clear();
  }
}
