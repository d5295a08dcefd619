/**
 * The last so many ids at least, and at most twice as many, to know a repetition without asking the database. In two
 * generations: a set whose oldest entry is deleted with every new one is full of holes, through which each look for the
 * oldest has to go anew, which came to 0.4 ms an id.
 */
export class RecentIds {
  readonly #limit: number;
  #young = new Set<string>();
  #old: ReadonlySet<string> = new Set();

  constructor(limit: number) {
    this.#limit = limit;
  }

  has(id: string): boolean {
    return this.#young.has(id) || this.#old.has(id);
  }

  add(id: string): void {
    this.#young.add(id);
    if (this.#young.size < this.#limit) return;
    this.#old = this.#young;
    this.#young = new Set();
  }
}
