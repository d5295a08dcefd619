import { spawn } from 'node:child_process';

/** Set-up cannot go on, and the message says what a person can do about it. */
export class SetupError extends Error {}

/**
 * One visible step: what it is before, how long it took after.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const since = performance.now();
  console.log(`setup: ${title} ...`);
  const result = await work();
  console.log(`setup: done in ${((performance.now() - since) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * Runs a program. What it prints is shown when it fails, or as it comes with `show`.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options]
 * @returns {Promise<void>}
 */
export async function run(command, args, { cwd, env, show = true } = {}) {
  const output = /** @type {Buffer[]} */ ([]);
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
  const failure = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? null : `ended with ${signal ?? code}`));
  });
  if (failure === null) return;
  process.stderr.write(Buffer.concat(output));
  throw new SetupError(`${[command, ...args].join(' ')}: ${failure}`);
}
