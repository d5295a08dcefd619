import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './hallwatch.ts';

export interface Mosquitto {
  url: string;
  port: number;
  /** Ends it at once, as when it is killed. */
  kill(): Promise<void>;
}

/** A Mosquitto of its own on a free port of the loopback; `settings` are lines of its configuration. */
export async function startMosquitto(settings: string[] = [], wantedPort?: number): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'hallwatch-mosquitto-'));
  const port = wantedPort ?? (await freePort());
  const config = join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence false',
      'user root',
      'log_dest stderr',
      ...settings,
    ].join('\n'),
  );
  const child = spawn('/usr/sbin/mosquitto', ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  await new Promise<void>((resolve, reject) => {
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('running')) resolve();
    });
    exited.then(() => reject(new Error(lines.join('\n'))), reject);
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    async kill() {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
