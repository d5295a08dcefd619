import { AppError } from './app-error.ts';
import type { Clock } from './clock.ts';

/** What a camera said when it refused the credentials that are stored for it. */
export interface Refusal {
  /** Epoch ms. */
  at: number;
  /** The camera's own. */
  words: string;
}

/** What all who speak to one camera ask before they show it the stored credentials. */
export interface CredentialGuard {
  /**
   * Waits while somebody else shows them, then takes the turn; answers how to give it back. For the first proof of a
   * connection or session: later ones ask `check`. @throws AppError CAMERA_CREDENTIALS_REFUSED, or the signal's reason
   */
  enter(signal: AbortSignal): Promise<() => void>;
  /** @throws AppError CAMERA_CREDENTIALS_REFUSED */
  check(): void;
  /** The camera refused them, in these words. A stale nonce and a missing right are no refusal. */
  refused(words: string): void;
  /** Resolves when they may be shown, or the signal is aborted. */
  untilOpen(signal: AbortSignal): Promise<void>;
}

/** For credentials that somebody has just typed: what they are worth is what is asked. */
export const unguarded: CredentialGuard = {
  enter: () => Promise.resolve(() => undefined),
  check: () => undefined,
  refused: () => undefined,
  untilOpen: () => Promise.resolve(),
};

export interface StoredCredentialsOptions {
  clock: Pick<Clock, 'now'>;
  /** What the camera said of them before this program started. */
  refusal?: Refusal | null;
  /** Called with null where a person wants them tried again. */
  onChange?: (refusal: Refusal | null) => void;
}

/**
 * The guard of one camera's stored credentials. Cameras lock an account after three to five wrong passwords, so a refused
 * one is shown once: by whoever comes first, while the others wait for the answer. Then nobody shows it again until a
 * person has it tried again (`lift`) or stores other credentials, which have a guard of their own.
 */
export class StoredCredentials implements CredentialGuard {
  readonly #options: StoredCredentialsOptions;
  #refusal: Refusal | null;
  #retired = false;
  /** Resolves when the turn is given back. */
  #turn: Promise<void> | null = null;
  #open = Promise.withResolvers<void>();

  constructor(options: StoredCredentialsOptions) {
    this.#options = options;
    this.#refusal = options.refusal ?? null;
  }

  get refusal(): Refusal | null {
    return this.#refusal;
  }

  async enter(signal: AbortSignal): Promise<() => void> {
    for (;;) {
      signal.throwIfAborted();
      this.check();
      if (this.#turn === null) return this.#take();
      await either(this.#turn, signal);
    }
  }

  check(): void {
    if (this.#retired) throw new AppError('CAMERA_CREDENTIALS_REFUSED', 'other credentials are stored by now');
    if (this.#refusal) throw refusedAs(this.#refusal);
  }

  refused(words: string): void {
    if (this.#retired || this.#refusal) return;
    this.#refusal = { at: this.#options.clock.now(), words };
    this.#options.onChange?.(this.#refusal);
  }

  untilOpen(signal: AbortSignal): Promise<void> {
    return this.#refusal || this.#retired ? either(this.#open.promise, signal) : Promise.resolve();
  }

  /** A person wants them tried again. */
  lift(): void {
    if (!this.#refusal || this.#retired) return;
    this.#refusal = null;
    this.#options.onChange?.(null);
    this.#open.resolve();
    this.#open = Promise.withResolvers();
  }

  /** Other credentials are stored: whoever still waits with these does not show them any more. */
  retire(): void {
    this.#retired = true;
  }

  #take(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    return () => {
      if (this.#turn === promise) this.#turn = null;
      resolve();
    };
  }
}

function refusedAs({ words }: Refusal): AppError {
  return new AppError('CAMERA_CREDENTIALS_REFUSED', words);
}

function either(event: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', done);
    void event.then(done);
  });
}
