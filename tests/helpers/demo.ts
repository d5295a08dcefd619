import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { leash } from '../../server/demo/leash.ts';
import { freePort } from './hallwatch.ts';

const demoProgram = path.resolve(import.meta.dirname, '../../server/demo/main.ts');

export interface RunningDemo {
  url: string;
  mqttUrl: string;
  dataDir: string;
  pid: number;
  output: () => string;
  /** Types a line into the demo's terminal and gives the simulators' answer. */
  type(line: string): Promise<{ event: 'done' | 'refused'; line: string }>;
  stop(): Promise<void>;
}

/** Runs the demo as a visitor would, without its made up past, with ports and a data folder of its own. */
export async function startDemo(): Promise<RunningDemo> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-demo-'));
  const mqttPort = await freePort();
  const child = spawn(process.execPath, [demoProgram, '--no-history'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HALLWATCH_DATA: dataDir,
      HALLWATCH_PORT: '0',
      HALLWATCH_MQTT_PORT: String(mqttPort),
      HALLWATCH_RTMP_PORT: String(await freePort()),
    },
  });
  leash(child);
  const ended = once(child, 'exit');
  let output = '';
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => (output += `${line}\n`));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const lineWith = <T>(find: (line: string) => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`the demo ended with ${code}:\n${output}`));
      const look = (line: string) => {
        const found = find(line);
        if (found === undefined) return;
        lines.off('line', look);
        child.off('exit', gone);
        resolve(found);
      };
      lines.on('line', look);
      child.once('exit', gone);
    });
  const url = await lineWith((line) => /The wall is live:\s+(http\S+)/.exec(line)?.[1]);
  return {
    url,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    dataDir,
    pid: child.pid!,
    output: () => output,
    type(line) {
      const answer = lineWith((printed) => {
        if (!printed.trim().startsWith('{"event"')) return undefined;
        const said = JSON.parse(printed) as { event: 'done' | 'refused'; line: string };
        return said.line === line ? said : undefined;
      });
      child.stdin.write(`${line}\n`);
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
