/** When the pictures in a buffer are, epoch ms, by piece: what a step of one picture goes by. */
export class FrameTimes {
  readonly #byPiece = new Map<string, number[]>();

  add(piece: string, times: readonly number[]): void {
    const known = this.#byPiece.get(piece);
    if (known) known.push(...times);
    else this.#byPiece.set(piece, [...times]);
  }

  forget(piece: string): void {
    this.#byPiece.delete(piece);
  }

  clear(): void {
    this.#byPiece.clear();
  }

  /** The picture before or after the one that is shown at `at`; null where none is loaded. */
  next(at: number, direction: 1 | -1): number | null {
    const shown = this.shown(at);
    let best: number | null = null;
    for (const times of this.#byPiece.values()) {
      for (const time of times) {
        if (direction === 1 ? time <= Math.max(at, shown ?? at) : time >= (shown ?? at)) continue;
        if (best === null || (time - best) * direction < 0) best = time;
      }
    }
    return best;
  }

  /** When the picture began that is shown at `at`. */
  shown(at: number): number | null {
    let best: number | null = null;
    for (const times of this.#byPiece.values()) {
      for (const time of times) if (time <= at && (best === null || time > best)) best = time;
    }
    return best;
  }
}
