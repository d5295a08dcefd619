import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { DatabaseUser } from './database-user.ts';

/** `EX_TEMPFAIL`, as guard.sh uses it. */
const EXIT_LOCKED = 75;
/** A Hallwatch that is just ending frees its folder within this time. */
const LOCK_WAIT_SEC = 3;

/** Our end of guard.sh: the lock on a database folder, and the promise that nothing runs in it once we are gone. */
export class Guard {
  readonly #folder: string;
  readonly #user: DatabaseUser | null;
  #child: ChildProcess | null = null;
  #answers: AsyncIterator<string> | null = null;

  constructor(folder: string, user: DatabaseUser | null) {
    this.#folder = folder;
    this.#user = user;
  }

  /** Takes the lock and ends what a killed Hallwatch left running. @throws AppError DATA_IN_USE */
  async start(): Promise<void> {
    if (this.#child) return;
    // The script comes through an open file: the other user may not be able to walk to it. Its own session keeps Ctrl-C away.
    const script = openSync(new URL('./guard.sh', import.meta.url), 'r');
    const child = spawn('/bin/sh', ['-c', 'eval "$(cat <&3)"', 'hallwatch-guard', String(LOCK_WAIT_SEC)], {
      cwd: this.#folder,
      stdio: ['pipe', 'pipe', 'ignore', script],
      detached: true,
      ...this.#user,
    });
    closeSync(script);
    const exit = once(child, 'exit').then(([code]: unknown[]) => code, messageOf);
    // Writing to a guard that is gone; what follows from that shows in its missing answer.
    child.stdin!.on('error', () => undefined);
    this.#answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    const { value } = await this.#answers.next();
    if (value !== 'locked') {
      const code = await exit;
      if (code === EXIT_LOCKED) throw new AppError('DATA_IN_USE', this.#folder);
      throw new AppError('DATABASE_EMBEDDED_FAILED', `the guard of ${this.#folder} ended: ${String(code)}`);
    }
    this.#child = child;
    void exit.then(() => {
      if (this.#child === child) this.#child = null;
    });
    await this.sweep();
  }

  /** Ends whatever runs in the folder's cluster and waits until it is gone. */
  async sweep(): Promise<void> {
    this.#child?.stdin?.write('sweep\n');
    const { value } = (await this.#answers?.next()) ?? {};
    if (value !== 'swept') throw new AppError('DATABASE_EMBEDDED_FAILED', `the guard of ${this.#folder} was killed`);
  }

  /** Stops the database the way it stops when we are killed, and frees the lock. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#answers = null;
    if (!child) return;
    const exit = once(child, 'exit');
    child.stdin?.end();
    await exit;
  }
}
