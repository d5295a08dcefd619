/** More things than any device follows at a time; one gone mad must not fill the memory. */
const MOST = 10_000;

/** The things that are there, of which each message tells of one. What was not heard of for long is gone. */
export class MemberCount {
  readonly #forgetMs: number;
  /** Since when each was last told of, in that order. */
  readonly #members = new Map<string, number>();
  #cleanedAt = 0;

  constructor(forgetMs: number) {
    this.#forgetMs = forgetMs;
  }

  /** Notes that one is there or is not; says how many are. `now` is epoch ms. */
  note(member: string, isThere: boolean, now: number): number {
    this.#members.delete(member);
    if (isThere) this.#members.set(member, now);
    if (this.#members.size > MOST || now - this.#cleanedAt >= 1_000) this.#clean(now);
    return this.#members.size;
  }

  #clean(now: number): void {
    this.#cleanedAt = now;
    for (const [oldest, at] of this.#members) {
      if (now - at < this.#forgetMs && this.#members.size <= MOST) break;
      this.#members.delete(oldest);
    }
  }
}
