/** A tile that shows nothing keeps the others back for so long at most, ms. */
const PATIENCE_MS = 400;

/**
 * Tiles that join together show their first pictures before any of them catches up with live: a key frame is decoded at
 * once, the group behind it is work for a whole wall, and a tile with a picture can wait better than a black one.
 */
export class FirstPictures {
  /** The tiles that have no picture yet, and when each is no longer waited for. */
  readonly #awaited = new Map<object, ReturnType<typeof setTimeout>>();
  readonly #held = new Map<object, () => void>();

  /** The tile joins. */
  expect(tile: object): void {
    this.leave(tile);
    this.#awaited.set(
      tile,
      setTimeout(() => this.#over(tile), PATIENCE_MS),
    );
  }

  /** The tile has its first picture; `go` is called, perhaps at once, when all the others have theirs. */
  shown(tile: object, go: () => void): void {
    this.#held.set(tile, go);
    this.#over(tile);
  }

  /** The tile has left, or gets no picture. */
  leave(tile: object): void {
    this.#held.delete(tile);
    this.#over(tile);
  }

  #over(tile: object): void {
    clearTimeout(this.#awaited.get(tile));
    this.#awaited.delete(tile);
    if (this.#awaited.size > 0) return;
    const ready = [...this.#held.values()];
    this.#held.clear();
    for (const go of ready) go();
  }
}
