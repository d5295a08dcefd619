/** First in, first out, up to a limit. `push` says whether there was room; what to do when not is the owner's decision. */
export class BoundedQueue<T> {
  readonly limit: number;
  #items: (T | undefined)[];
  #head = 0;
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.#items = new Array<T | undefined>(limit);
  }

  get size(): number {
    return this.#size;
  }

  push(item: T): boolean {
    if (this.#size === this.limit) return false;
    this.#items[(this.#head + this.#size) % this.limit] = item;
    this.#size += 1;
    return true;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.limit;
    this.#size -= 1;
    return item;
  }

  /** Takes up to `count` items. */
  take(count: number): T[] {
    const taken: T[] = [];
    while (taken.length < count && this.#size > 0) taken.push(this.shift() as T);
    return taken;
  }

  clear(): void {
    this.#items = new Array<T | undefined>(this.limit);
    this.#head = 0;
    this.#size = 0;
  }
}
