/** Numbers that are remembered as missing, of one terminal; of a greater hole only the size is. */
const REMEMBERED = 1000;
/** Sessions by which a repetition is told from a device that began to count anew. */
const SESSIONS = 8;

/**
 * Which of a device's events never came. `seq` counts them from when the device was switched on, so a number that is
 * left out was lost on the way; one that comes late fills its hole. Starts with the first event that is heard.
 */
export class EventSequence {
  #highest: number | null = null;
  readonly #holes = new Set<number>();
  readonly #sessions = new Set<string>();
  /** Lost for good: before the device began anew, or too many to remember. */
  #given = 0;

  get missing(): number {
    return this.#given + this.#holes.size;
  }

  add(sid: string, seq: number): void {
    const known = this.#sessions.has(sid);
    this.#remember(sid);
    if (this.#highest === null || (seq <= this.#highest && !known && !this.#holes.has(seq))) return this.#begin(seq);
    this.#holes.delete(seq);
    if (seq <= this.#highest) return;
    const skipped = seq - this.#highest - 1;
    if (this.#holes.size + skipped > REMEMBERED) this.#given += skipped;
    else for (let hole = this.#highest + 1; hole < seq; hole += 1) this.#holes.add(hole);
    this.#highest = seq;
  }

  #begin(seq: number): void {
    this.#given += this.#holes.size;
    this.#holes.clear();
    this.#highest = seq;
  }

  #remember(sid: string): void {
    this.#sessions.add(sid);
    if (this.#sessions.size <= SESSIONS) return;
    const [oldest] = this.#sessions;
    this.#sessions.delete(oldest!);
  }
}
