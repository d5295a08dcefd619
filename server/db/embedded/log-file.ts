import { closeSync, fchownSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import type { DatabaseUser } from './database-user.ts';

/** A log file that never grows past its limit: when full it becomes `.1`, and what was `.1` is gone. */
export class LogFile {
  readonly #path: string;
  readonly #limit: number;
  readonly #owner: DatabaseUser | null;
  #file: number | null = null;
  #size = 0;

  /** @param owner whom the file belongs to, where that is not us: a later start may be under their account */
  constructor(path: string, limit: number, owner: DatabaseUser | null = null) {
    this.#path = path;
    this.#limit = limit;
    this.#owner = owner;
  }

  write(chunk: Buffer): void {
    if (this.#file !== null && this.#size + chunk.length > this.#limit) {
      this.close();
      renameSync(this.#path, `${this.#path}.1`);
    }
    if (this.#file === null) {
      this.#file = openSync(this.#path, 'a', 0o600);
      if (this.#owner) fchownSync(this.#file, this.#owner.uid, this.#owner.gid);
      this.#size = fstatSync(this.#file).size;
    }
    this.#size += writeSync(this.#file, chunk);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
