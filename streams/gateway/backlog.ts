import type { AccessUnit } from '../access-unit.ts';

/** A live picture may be this late. */
const MAX_BEHIND_MS = 1000;
/** Before the rate of the stream is known, and for streams so thin that a second of them is nothing. */
const MIN_ALLOWED_BYTES = 128 * 1024;
/** Whatever the stream: no viewer may hold more of our memory than this, but for the group of pictures it joined with. */
const MAX_ALLOWED_BYTES = 4 * 1024 * 1024;
/** A viewer that just joined has a whole group of pictures under way; it has this long to swallow it. */
const PATIENCE_MS = 700;
/** Skipping for this long, less half the time in which it kept up, is more than a bad moment. */
const HOPELESS_AFTER_MS = 10_000;

export type Verdict = 'send' | 'skip' | 'hopeless';

/**
 * Judges from the bytes that wait on a viewer's socket whether it follows the stream. One that falls more than about a
 * second behind is moved forward to the next key unit: live pictures that come late are worth less than none.
 */
export class Backlog {
  #skipping = false;
  #behindSince: number | null = null;
  #debtMs = 0;
  #judgedAt: number | null = null;
  #lastSent = 0;
  #windowStart: number | null = null;
  #windowBytes = 0;
  #bytesPerMs = 0;

  /** What to do with this unit, while `waiting` bytes have not left; `now` is monotonic. */
  judge(unit: AccessUnit, waiting: number, now: number): Verdict {
    this.#measureRate(unit);
    const allowed = Math.min(MAX_ALLOWED_BYTES, Math.max(MIN_ALLOWED_BYTES, this.#bytesPerMs * MAX_BEHIND_MS));
    // The unit before may be one big key frame that is just leaving: what matters is what waited before it.
    const behind = waiting - this.#lastSent > allowed;
    if (!behind) this.#behindSince = null;
    else this.#behindSince ??= now;
    this.#account(now);
    if (this.#debtMs > HOPELESS_AFTER_MS) return 'hopeless';
    const outOfPatience = this.#behindSince !== null && now - this.#behindSince > PATIENCE_MS;
    if (!this.#skipping) this.#skipping = outOfPatience;
    else if (unit.key && waiting <= allowed / 2) this.#skipping = false;
    if (this.#skipping) return 'skip';
    this.#lastSent = unit.data.length;
    return 'send';
  }

  /** Whether there is room for sound beside the pictures: it is the first that is left out. */
  hasRoomForSound(waiting: number): boolean {
    return !this.#skipping && waiting - this.#lastSent <= MIN_ALLOWED_BYTES / 2;
  }

  #account(now: number): void {
    const passed = this.#judgedAt === null ? 0 : now - this.#judgedAt;
    this.#judgedAt = now;
    this.#debtMs = this.#skipping ? this.#debtMs + passed : Math.max(0, this.#debtMs - passed / 2);
  }

  /** Over whole groups of pictures, as key frames are many times larger than the rest. */
  #measureRate(unit: AccessUnit): void {
    if (unit.key) {
      const passed = this.#windowStart === null ? 0 : unit.pts - this.#windowStart;
      if (passed > 0) this.#bytesPerMs = this.#windowBytes / passed;
      this.#windowStart = unit.pts;
      this.#windowBytes = 0;
    }
    this.#windowBytes += unit.data.length;
  }
}
