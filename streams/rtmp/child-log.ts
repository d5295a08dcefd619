import type { Clock } from '#lib/clock.ts';

const MAX_LINE_LENGTH = 300;
const MAX_LINES = 20;
const PER_MS = 10_000;

/**
 * Lines of a process that repeats what strangers sent to it: cut short, without control characters and publish keys, and
 * no more of them than anyone would read.
 */
export class ChildLog {
  readonly #clock: Clock;
  readonly #write: (line: string) => void;
  #tail = '';
  #since = Number.NEGATIVE_INFINITY;
  #lines = 0;

  constructor({ clock, write }: { clock: Clock; write: (line: string) => void }) {
    this.#clock = clock;
    this.#write = write;
  }

  push(text: string): void {
    const lines = (this.#tail + text).split('\n');
    this.#tail = lines.pop()!.slice(0, MAX_LINE_LENGTH);
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const now = this.#clock.monotonic();
    if (now - this.#since >= PER_MS) {
      if (this.#lines > MAX_LINES) this.#write(`${this.#lines - MAX_LINES} more lines`);
      this.#since = now;
      this.#lines = 0;
    }
    this.#lines += 1;
    if (this.#lines > MAX_LINES) return;
    const text = line
      .slice(0, MAX_LINE_LENGTH)
      .replace(/\p{Cc}/gu, ' ')
      .replace(/(key(?:=|%3d))[^\s&,]*/gi, '$1…')
      .trim();
    if (text !== '') this.#write(text);
  }
}
