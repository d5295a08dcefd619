import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { leash } from '../../server/demo/leash.ts';
import { serverFlags } from '../../server/setup/engine-flags.mjs';

const flags = serverFlags(process.execPath);
const program = (name: string) => fileURLToPath(new URL(`../../server/${name}`, import.meta.url));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The server, or another program of `server/`, as people start it: a process of its own, known by its environment and its output. */
export class ServerProcess {
  readonly #process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(env: Record<string, string>, [name, ...args]: [string, ...string[]] = ['main.ts']) {
    const { PATH = '', HOME = '/root', NODE_COMPILE_CACHE = '' } = process.env;
    this.#process = spawn(process.execPath, [...flags, program(name), ...args], {
      env: {
        PATH,
        HOME,
        NODE_COMPILE_CACHE,
        HALLWATCH_PORT: '0',
        HALLWATCH_MQTT_PORT: '0',
        HALLWATCH_LOG_FORMAT: 'json',
        // simulated cameras live on this machine
        HALLWATCH_CAMERA_NETWORKS: '127.0.0.0/8',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    leash(this.#process);
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = once(this.#process, 'close').then(([code, signal]) => ({ code, signal }) as Ended);
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Waits for a text on standard output and gives what the expression captured; fails with the output if the server ends. */
  async says(expression: RegExp): Promise<RegExpExecArray> {
    const over = this.ended.then(() => true);
    for (;;) {
      const match = expression.exec(this.stdout);
      if (match) return match;
      const next = once(this.#process.stdout!, 'data').then(() => false);
      if (await Promise.race([next, over])) {
        const last = expression.exec(this.stdout);
        if (last) return last;
        throw new Error(`ended without saying ${expression}:\n${this.stdout}\n${this.stderr}`);
      }
    }
  }

  /** Where it can be reached, once it can. */
  async address(): Promise<string> {
    return (await this.says(/Hallwatch runs at (\S+)/))[1]!;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.#process.kill(signal);
    return this.ended;
  }

  /** Every process below this one, by number and name. */
  async descendants(): Promise<Map<number, string>> {
    const parents = new Map<number, { parent: number; name: string }>();
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue;
      const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => null);
      const parts = stat && /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat);
      if (parts && parts[2] !== 'Z') parents.set(Number(entry), { parent: Number(parts[3]), name: parts[1]! });
    }
    const below = new Map<number, string>();
    const search = (pid: number) => {
      for (const [child, { parent, name }] of parents) {
        if (parent !== pid) continue;
        below.set(child, name);
        search(child);
      }
    };
    search(this.pid);
    return below;
  }
}

/** True while the process lives; one that is dead and not yet buried by its parent does not count. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return stat !== null && !/^\d+ \(.*\) Z/s.test(stat);
}
