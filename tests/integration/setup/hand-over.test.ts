import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';

const handOver = new URL('../../../server/setup/hand-over.mjs', import.meta.url).href;
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A process that hands over to a Node program, without a terminal. */
function handingOver(
  program: string,
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; line: () => Promise<string> } {
  const script = `
    import { handOver } from ${JSON.stringify(handOver)};
    process.exitCode = await handOver(process.execPath, ['-e', ${JSON.stringify(program)}], '.');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => (await lines.next()).value as string };
}

/** Says who it is and lives until asked to stop, with an exit code of its own. */
const patient = `
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log(signal); process.exit(3); });
  setInterval(() => {}, 1000);
  console.log(process.pid);`;

test('the exit code of the program becomes ours, and our programs come first on its PATH', async () => {
  const { child, line } = handingOver('console.log(process.env.PATH); process.exit(7)');
  expect(await line()).toMatch(/^node_modules\/\.bin:/);
  expect(await once(child, 'exit')).toEqual([7, null]);
});

test('a program that a signal ended is told by its number, as shells do', async () => {
  const { child } = handingOver('process.kill(process.pid, "SIGKILL")');
  expect(await once(child, 'exit')).toEqual([137, null]);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s reaches the program, and we wait for it', async (signal) => {
  const { child, line } = handingOver(patient);
  await line();
  child.kill(signal);
  expect(await line()).toBe(signal);
  expect(await once(child, 'exit')).toEqual([3, null]);
});

test('with an npm that was killed, the program ends too', async () => {
  const handing = `
    import { spawn } from 'node:child_process';
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(`
      import { handOver } from ${JSON.stringify(handOver)};
      process.exitCode = await handOver(process.execPath, ['-e', ${JSON.stringify(patient)}], '.');`)}], { stdio: 'inherit' });`;
  const npm = spawn(process.execPath, ['--input-type=module', '-e', handing], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], npm_lifecycle_event: 'demo' },
  });
  started.push(npm);
  const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]();
  await lines.next();
  npm.kill('SIGKILL');
  expect((await lines.next()).value).toBe('SIGTERM');
  // The output ends when the last that could write to it is gone.
  expect((await lines.next()).done).toBe(true);
});
