/**
 * The way in for `npm run demo`, `npm start`, `npm test`, `npm run bench`, `npm run audit-verify`, `npm run change-key`, `npm run serial-gateway` and `npm run ingest`: puts in place what is missing,
 * says what it does, and hands over to the program. Runs on Node 20 with nothing installed; a step that has nothing to do says nothing.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildClient } from './client-build.mjs';
import { serverFlags } from './engine-flags.mjs';
import { installDependencies } from './dependencies.mjs';
import { findNode } from './node.mjs';
import { handOver } from './hand-over.mjs';
import { run, SetupError } from './step.mjs';
import { installSystemPackages } from './system-packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

const browser = ['chromium', 'cjk-fonts', 'mosquitto-clients'];
/** What each program needs beside the npm packages. Tests and measurements always use the embedded database. */
const programs = {
  demo: { script: 'server/demo/main.ts', packages: ['ffmpeg'], embedded: true, client: true },
  start: { script: 'server/main.ts', packages: ['ffmpeg'], embedded: !process.env['DATABASE_URL'], client: true },
  test: { script: 'server/setup/test.ts', packages: ['ffmpeg', ...browser], embedded: true, client: true },
  'audit-verify': {
    ...{ script: 'server/audit-verify/main.ts', packages: [] },
    ...{ embedded: !process.env['DATABASE_URL'], client: false },
  },
  'change-key': {
    ...{ script: 'server/change-key.ts', packages: [] },
    ...{ embedded: !process.env['DATABASE_URL'], client: false },
  },
  'serial-gateway': { script: 'devices/serial/main.ts', packages: [], embedded: false, client: false },
  ingest: { script: 'server/ingest.ts', packages: [], embedded: false, client: false },
  bench: { script: 'tests/bench/main.ts', packages: ['ffmpeg', ...browser], embedded: true, client: true },
};

const [what = '', ...args] = process.argv.slice(2);
const program = Object.hasOwn(programs, what) ? programs[/** @type {keyof typeof programs} */ (what)] : undefined;
try {
  if (!program) throw new SetupError(`usage: node server/setup/run.mjs ${Object.keys(programs).join('|')} [arguments]`);
  await installSystemPackages(program.packages);
  await installDependencies(root);
  const node = await findNode(root);
  if (program.embedded) await run(node, ['server/setup/embedded-database.ts'], { cwd: root });
  if (program.client) await buildClient(root, node);
  const flags = what === 'start' ? serverFlags(node) : [];
  process.exitCode = await handOver(node, [...flags, program.script, ...args], root);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\n${error.message}\n`);
  process.exitCode = 1;
}
