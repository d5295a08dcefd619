import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, step } from './step.mjs';

/**
 * Runs `npm ci` where node_modules is missing, unfinished or of another package-lock. Our packages need no install
 * scripts, so none run, whatever this npm would do by itself.
 * @param {string} root
 */
export async function installDependencies(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  const present = readLock(join(root, 'node_modules/.package-lock.json'));
  if (isInstalled(wanted, present)) return;
  await step('installing npm packages (npm ci)', async () => {
    const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
    // npm would stumble over the Node of node_modules/.bin, which it is about to replace.
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.endsWith('node_modules/.bin'));
    const env = { ...process.env, PATH: path.join(delimiter) };
    await run('npm', [...args, '--loglevel=error'], { cwd: root, env, show: false });
  });
}

/**
 * npm keeps beside the packages what it installed, written last: its own record is the best one.
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} Package
 * @typedef {Record<string, Package>} Packages
 * @param {string} path
 * @returns {Packages | null}
 */
function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : null;
}

/**
 * Optional packages are for other systems where they are missing.
 * @param {Packages | null} wanted
 * @param {Packages | null} present
 */
export function isInstalled(wanted, present) {
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === version : Boolean(optional ?? devOptional);
  });
}
