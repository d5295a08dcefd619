import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { leash } from '../../server/demo/leash.ts';
import { freePort } from './hallwatch.ts';

export const program = '/usr/sbin/mosquitto';

/** What docs/terminals.md asks of a broker of others: to keep what the house has not taken yet. */
export const patientWithUs = ['max_queued_messages 1000000', 'max_inflight_messages 1000'];

export interface Mosquitto {
  url: string;
  port: number;
  /** Replaces its password and ACL files, and resolves when it goes by them. Only where it was started with accounts. */
  admit(files: { passwords: string; acl: string }): Promise<void>;
  /** Killed, and started anew with what it kept on disk. */
  restart(): Promise<void>;
  /** Ends it at once, as when it is killed. */
  kill(): Promise<void>;
}

/** A Mosquitto of its own on a free port of the loopback; `settings` are lines of its configuration, `accounts` who may enter. */
export async function startMosquitto(
  settings: string[] = [],
  wantedPort?: number,
  accounts?: { passwords: string; acl: string },
): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'hallwatch-mosquitto-'));
  const port = wantedPort ?? (await freePort());
  const config = join(folder, 'mosquitto.conf');
  const write = ({ passwords, acl }: { passwords: string; acl: string }) => {
    writeFileSync(join(folder, 'passwords'), passwords);
    writeFileSync(join(folder, 'acl'), acl);
  };
  if (accounts !== undefined) write(accounts);
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      ...(accounts === undefined ? ['allow_anonymous true'] : ['allow_anonymous false', ...filesIn(folder)]),
      'persistence true',
      `persistence_location ${folder}/`,
      'user root',
      'log_dest stderr',
      ...settings,
    ].join('\n'),
  );
  let running = await run(config);
  const end = async () => {
    running.child.kill('SIGKILL');
    await running.exited;
  };
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    async admit(files) {
      write(files);
      const reloaded = running.says('Reloading config');
      running.child.kill('SIGHUP');
      await reloaded;
    },
    async restart() {
      await end();
      running = await run(config);
    },
    async kill() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the program; resolves when it takes connections. */
async function run(config: string) {
  const child = spawn(program, ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  leash(child);
  const exited = once(child, 'exit');
  const output = createInterface({ input: child.stderr });
  const lines: string[] = [];
  output.on('line', (line) => lines.push(line));
  const says = (words: string) =>
    new Promise<void>((resolve, reject) => {
      output.on('line', (line) => {
        if (line.includes(words)) resolve();
      });
      exited.then(() => reject(new Error(lines.join('\n'))), reject);
    });
  await says('running');
  return { child, exited, says };
}

function filesIn(folder: string): string[] {
  return [`password_file ${join(folder, 'passwords')}`, `acl_file ${join(folder, 'acl')}`];
}
