import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** A log file that never grows past its limit: when full it becomes `.1`, and what was `.1` is gone. */
export class LogFile {
  readonly #path: string;
  readonly #limit: number;
  #file: number | null = null;
  #size = 0;

  constructor(path: string, limit: number) {
    this.#path = path;
    this.#limit = limit;
  }

  write(chunk: Buffer): void {
    if (this.#file !== null && this.#size + chunk.length > this.#limit) {
      this.close();
      renameSync(this.#path, `${this.#path}.1`);
    }
    if (this.#file === null) {
      this.#file = openSync(this.#path, 'a', 0o600);
      this.#size = fstatSync(this.#file).size;
    }
    this.#size += writeSync(this.#file, chunk);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}
