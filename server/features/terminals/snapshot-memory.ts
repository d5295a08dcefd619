/** A snapshot that says nothing new is still written so often, so that a rebuild need not look back far. */
const AGAIN_MS = 3600_000;

/**
 * What each terminal stated last, to leave out of the log what only repeats it. Anything else the terminal says in
 * between (an event) makes the same snapshot news again.
 */
export class SnapshotMemory {
  readonly #last = new Map<string, { content: string; at: number }>();

  /** Remembers the content, and says whether it differs from what was stated last. */
  isNews(terminal: string, content: string, at: number): boolean {
    const last = this.#last.get(terminal);
    if (last?.content === content && at - last.at < AGAIN_MS) return false;
    this.#last.set(terminal, { content, at });
    return true;
  }

  forget(terminal: string): void {
    this.#last.delete(terminal);
  }
}
