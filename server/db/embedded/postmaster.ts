import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { HERE, programEnvironment } from './cluster.ts';
import type { DatabaseUser } from './database-user.ts';
import type { LogFile } from './log-file.ts';
import type { PostgresBuild } from './postgres-build.ts';

export interface PostmasterOptions {
  build: PostgresBuild;
  cluster: string;
  user: DatabaseUser | null;
  settings: Record<string, string>;
  log: LogFile;
}

/** A server that takes connections. `exited` resolves with its last words, whenever and however it ends. */
export interface Up {
  ready: true;
  exited: Promise<string>;
}
export type Launch = Up | { ready: false; portTaken: boolean; lastWords: string };

const LAST_LINES = 8;

/** Starts a PostgreSQL server and resolves when it takes connections, after recovery where that is needed, or is gone. */
export async function launchPostmaster({ build, cluster, user, settings, log }: PostmasterOptions): Promise<Launch> {
  const [command, ...first] = build.postgres;
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // A session of its own: Ctrl-C on the terminal is for us, the database stops after everything that uses it.
  const child = spawn(command, [...first, '-D', HERE, ...options], {
    cwd: cluster,
    env: programEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    ...user,
  });
  const lastLines: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => log.write(chunk));
  const ready = new Promise<true>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
      if (line.includes('database system is ready to accept connections')) resolve(true);
    });
  });
  // `close` comes after the last line was read; a program that cannot be run at all has only an `error`.
  const exited = once(child, 'close').then(
    () => lastLines.join('\n'),
    (error: unknown) => String(error),
  );
  if ((await Promise.race([ready, exited])) === true) return { ready: true, exited };
  const lastWords = await exited;
  return { ready: false, portTaken: lastWords.includes('could not create any TCP/IP sockets'), lastWords };
}
