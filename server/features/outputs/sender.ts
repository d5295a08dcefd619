import type { ErrorCode } from '#contract/errors.ts';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { DueLoop } from '#lib/due-loop.ts';
import type { Logger } from '#lib/logger.ts';
import type { Notice } from './ports.ts';
import type { OutputRows, WaitingNotice } from './rows.ts';

export interface SenderDeps {
  outputId: string;
  perMinute: number;
  clock: Clock;
  log: Logger;
  rows: OutputRows;
  carry: (notice: Notice, signal: AbortSignal) => Promise<void>;
  /** Nothing gets through any more; or something does again, or for the first time (null). */
  told: (failing: Failing | null) => void;
}

export interface Failing {
  /** Epoch ms. */
  since: number;
  code: ErrorCode;
  detail: string;
}

/** So many tries in a row that fail make an output dead. */
const DEAD_AFTER = 3;
/** An alert of yesterday calls nobody today. */
const GIVE_UP_MS = 24 * 3600_000;
const MINUTE_MS = 60_000;

/** How long a notice waits after so many tries, and an output after so many failures in a row. */
const noticeWaits = (attempts: number) => Math.min(15 * MINUTE_MS, 5000 * 2 ** (attempts - 1));
const outputRests = (failures: number) => Math.min(MINUTE_MS, 1000 * 2 ** (failures - 1));

/**
 * Carries out what waits for one output, one after the other, no more a minute than it takes. What fails is tried again with
 * growing pauses, for a day; meanwhile the others have their turn, so that one number that is not in use holds up nobody.
 */
export class OutputSender {
  readonly #deps: SenderDeps;
  readonly #loop: DueLoop;
  readonly #ended = new AbortController();
  /** When the last ones were tried, epoch ms; as many as fit into a minute. */
  #tried: number[] = [];
  #failures = 0;
  #isKnownToWork = false;
  #since = 0;
  #restUntil = 0;
  #tidiedAt = -Infinity;
  /** Sent, but the database went away before it could be told. */
  #unmarked: string | null = null;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
    const { clock, log, rows, outputId } = deps;
    this.#loop = new DueLoop({
      clock,
      tick: () => this.#tick(),
      earliest: async () => Math.max(await rows.earliest(outputId), this.#freeAt()),
      failed: (error, reason) => log.warn({ err: error, outputId, reason }, 'notices could not be read or marked'),
    });
  }

  start(): void {
    this.#loop.start();
  }

  /** What is being sent is broken off, and sent again at the next start. */
  async stop(): Promise<void> {
    this.#ended.abort(new Error('stopped'));
    await this.#loop.stop();
  }

  poke(): void {
    this.#loop.poke();
  }

  /** Resolves when what is due now was tried. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  async #tick(): Promise<boolean> {
    const { clock, rows, outputId } = this.#deps;
    const now = clock.now();
    if (now - this.#tidiedAt >= MINUTE_MS) {
      await rows.tidy(outputId, now);
      this.#tidiedAt = now;
    }
    if (this.#freeAt() > now) return false;
    const notice = await rows.next(outputId, now);
    if (!notice) return false;
    await this.#send(notice);
    return true;
  }

  async #send(notice: WaitingNotice): Promise<void> {
    const { clock, rows, carry } = this.#deps;
    if (this.#unmarked !== notice.id) {
      this.#tried.push(clock.now());
      try {
        await carry(notice, this.#ended.signal);
      } catch (error) {
        if (!this.#ended.signal.aborted) await this.#failed(notice, error);
        return;
      }
      this.#unmarked = notice.id;
      this.#works();
    }
    await rows.done(notice.id, 'sent', notice.attempts + 1, clock.now(), null);
    this.#unmarked = null;
  }

  async #failed({ id, attempts, madeAt }: WaitingNotice, error: unknown): Promise<void> {
    const { clock, log, rows, outputId, told } = this.#deps;
    const now = clock.now();
    const code = error instanceof AppError ? error.code : 'INTERNAL';
    const detail = error instanceof AppError && typeof error.details === 'string' ? error.details : messageOf(error);
    log.warn({ code, outputId, notice: id, detail }, 'a notice could not be sent');
    this.#failures += 1;
    if (this.#failures === 1) this.#since = now;
    this.#restUntil = now + outputRests(this.#failures);
    if (now - Date.parse(madeAt) >= GIVE_UP_MS) await rows.done(id, 'failed', attempts + 1, now, detail);
    else await rows.later(id, attempts + 1, now + noticeWaits(attempts + 1), detail);
    if (this.#failures < DEAD_AFTER) return;
    this.#isKnownToWork = false;
    told({ since: this.#since, code, detail });
  }

  #works(): void {
    this.#failures = 0;
    this.#restUntil = 0;
    if (!this.#isKnownToWork) this.#deps.told(null);
    this.#isKnownToWork = true;
  }

  /** When something may be tried again, epoch ms. */
  #freeAt(): number {
    const { clock, perMinute } = this.#deps;
    const now = clock.now();
    this.#tried = this.#tried.filter((at) => at > now - MINUTE_MS);
    const freed = this.#tried.length < perMinute ? 0 : this.#tried[0]! + MINUTE_MS;
    return Math.max(freed, this.#restUntil);
  }
}
