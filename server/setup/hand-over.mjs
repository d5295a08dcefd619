import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * Lets the program take our place: it has our terminal, our signals reach it, and its exit code becomes ours. What Node makes
 * of its TypeScript is kept: from the second start on it needs no parser of TypeScript, nor the 30 MB that one takes.
 * @param {string} node
 * @param {string[]} args
 * @param {string} root
 * @returns {Promise<number>}
 */
export async function handOver(node, args, root) {
  const env = {
    NODE_COMPILE_CACHE: join(root, '.hallwatch/compile-cache'),
    ...process.env,
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
  };
  const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  const stopWatching = whenOrphaned(() => child.kill('SIGTERM'));
  // On a terminal, Ctrl-C goes to the whole group: the program has it already, and a second one would mean "at once".
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopWatching();
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}

/**
 * An npm that is killed tells nobody: what it started would run on, unseen.
 * @param {() => void} action
 * @returns {() => void} how to stop watching
 */
function whenOrphaned(action) {
  if (!process.env['npm_lifecycle_event']) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    action();
  }, 500);
  return () => clearInterval(timer);
}
