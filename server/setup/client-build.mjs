import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, step } from './step.mjs';

/** What the pages in client/dist are made of. */
const SOURCES = ['client', 'server/contract', 'package-lock.json', 'tsconfig.json'];
const NOT_SOURCES = new Set(['client/dist']);

/**
 * Builds the pages where what they are made of has changed. The mark is written last, so a build that broke off counts
 * as none.
 * @param {string} root
 * @param {string} node
 */
export async function buildClient(root, node) {
  const mark = join(root, 'client/dist/.sources');
  const now = fingerprint(root);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === now) return;
  await step('building the pages', async () => {
    const vite = 'node_modules/vite/bin/vite.js';
    await run(node, [vite, 'build', 'client', '--logLevel', 'warn'], { cwd: root, show: false });
    writeFileSync(mark, now);
  });
}

/** @param {string} root */
function fingerprint(root) {
  const hash = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesOf(root, source)).sort()) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} path
 * @returns {string[]}
 */
function filesOf(root, path) {
  if (NOT_SOURCES.has(path)) return [];
  if (path.endsWith('.json')) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const inside = `${path}/${entry.name}`;
    return entry.isDirectory() ? filesOf(root, inside) : NOT_SOURCES.has(inside) ? [] : [inside];
  });
}
