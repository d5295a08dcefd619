import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { leash, STOP_WITHIN_MS } from './leash.ts';

const LAST_LINES = 30;

/** A program that the demo runs: its lines go to a log file and to whoever waits for one of them. */
export class Child {
  readonly name: string;
  readonly #args: string[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #logFile: string;
  readonly #waiting = new Set<(line: string) => void>();
  readonly #last: string[] = [];
  #process: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: { name: string; args: string[]; env: NodeJS.ProcessEnv; logFile: string }) {
    this.name = options.name;
    this.#args = options.args;
    this.#env = options.env;
    this.#logFile = options.logFile;
  }

  /** Starts it; `onEnd` hears when it ends, with its exit code, whoever ended it. */
  start(onEnd: (code: number) => void): void {
    const log = createWriteStream(this.#logFile, { flags: 'w' });
    // A terminal's Ctrl-C would reach every process at once; in a group of its own the child ends when we say so.
    const child = spawn(process.execPath, this.#args, {
      env: this.#env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process = child;
    this.#ended = once(child, 'exit');
    child.stdin.on('error', () => undefined);
    leash(child);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.#take(line, log));
    }
    child.once('exit', (code, signal) => {
      log.end();
      onEnd(code ?? (signal === null ? 1 : 128));
    });
  }

  /** Resolves with what `find` makes of the first line that it makes something of. */
  line<T>(find: (line: string) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (line: string) => {
        const found = find(line);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
    });
  }

  tell(line: string): void {
    this.#process?.stdin?.write(`${line}\n`);
  }

  lastLines(): string[] {
    return this.#last;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    child?.kill('SIGTERM');
    const force = setTimeout(() => child?.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#ended;
    clearTimeout(force);
  }

  #take(line: string, log: WriteStream): void {
    log.write(`${line}\n`);
    this.#last.push(line);
    if (this.#last.length > LAST_LINES) this.#last.shift();
    for (const look of this.#waiting) look(line);
  }
}
