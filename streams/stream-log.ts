import type { StreamState } from '#contract/cameras.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';

/** A stream that comes and goes, or fails in ever new ways, is heard of this often. */
const FOLD_MS = 60_000;

type Told = Pick<StreamState, 'status' | 'source' | 'code' | 'detail'>;

/**
 * Writes the life of one stream into the log so that a hundred dead cameras do not flood it: one line when it is lost and
 * one when it is back, with the attempts between them; whatever happens before it was steady again is folded.
 */
export class StreamLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  #steady = true;
  #lossTold = false;
  #toldAt = Number.NEGATIVE_INFINITY;
  #attempts = 0;
  #folded = 0;

  constructor({ log, clock }: { log: Logger; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  changed({ status, source, code, detail }: Told): void {
    if (status === 'lost') return this.#lost(code, detail);
    if (status !== 'live') return this.#log.info({}, `stream ${status}`);
    if (this.#steady) this.#log.info({ source }, 'stream live');
    else if (this.#lossTold) this.#log.info({ source, attempts: this.#attempts }, 'stream live again');
    this.#lossTold = false;
  }

  /** An attempt failed, told or not. */
  failed(): void {
    this.#attempts += 1;
  }

  /** It was live for a while: the next loss is news. */
  steady(): void {
    this.#steady = true;
    this.#attempts = 0;
  }

  #lost(code: Told['code'], detail: Told['detail']): void {
    const now = this.#clock.monotonic();
    if (!this.#steady && now - this.#toldAt < FOLD_MS) {
      this.#folded += 1;
      return;
    }
    this.#log.warn({ code, detail, ...(this.#folded > 0 ? { folded: this.#folded } : {}) }, 'stream lost');
    this.#steady = false;
    this.#lossTold = true;
    this.#toldAt = now;
    this.#folded = 0;
  }
}
