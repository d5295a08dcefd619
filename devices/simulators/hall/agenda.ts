interface Entry {
  at: number;
  order: number;
  action: () => void;
  cancelled: boolean;
}

/** What will happen, by time: the core of a discrete-event simulation. Equal times happen in the order they were planned. */
export class Agenda {
  #now = 0;
  #order = 0;
  readonly #heap: Entry[] = [];

  /** Seconds since the simulation began. */
  get now(): number {
    return this.#now;
  }

  /** When the next entry is due, or infinity. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Plans an action `delaySec` from now; returns how to call it off. */
  plan(delaySec: number, action: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, delaySec), order: this.#order++, action, cancelled: false };
    this.#heap.push(entry);
    this.#siftUp(this.#heap.length - 1);
    return () => {
      entry.cancelled = true;
    };
  }

  /** Lets time pass up to `until`, everything due happening at its own time. */
  advanceTo(until: number): void {
    while (this.nextAt <= until) {
      const entry = this.#pop();
      this.#now = entry.at;
      if (!entry.cancelled) entry.action();
    }
    this.#now = Math.max(this.#now, until);
  }

  #pop(): Entry {
    const first = this.#heap[0] as Entry;
    const last = this.#heap.pop() as Entry;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#siftDown();
    }
    return first;
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #siftDown(): void {
    let index = 0;
    for (;;) {
      let least = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child;
      }
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #before(a: number, b: number): boolean {
    const left = this.#heap[a] as Entry;
    const right = this.#heap[b] as Entry;
    return left.at < right.at || (left.at === right.at && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    [this.#heap[a], this.#heap[b]] = [this.#heap[b] as Entry, this.#heap[a] as Entry];
  }
}
