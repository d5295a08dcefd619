/**
 * What `npm test` runs: layout, lint, types and what is known of our packages side by side, then the tests from quick to slow, up to the first that
 * fails. `npm test -- unit` runs parts by name; other words go to vitest as file filters. The last line counts the tests.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const checks: Record<string, string[]> = {
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  lint: ['eslint', '--max-warnings', '0', '.'],
  types: ['tsc', '-p', 'tsconfig.json'],
  'client-types': ['vue-tsc', '-p', 'client'],
  packages: ['node', 'server/setup/package-audit.mjs'],
};
/** What of vitest.config.ts each part of the tests is. */
const projects: Record<string, string[]> = {
  unit: ['unit'],
  integration: ['integration', 'measured'],
  e2e: ['e2e', 'measured-e2e'],
};
const parts = [...Object.keys(checks), ...Object.keys(projects)];

const words = process.argv.slice(2);
const named = words.filter((word) => parts.includes(word));
const filters = words.filter((word) => !parts.includes(word));
const chosen = named.length > 0 ? parts.filter((part) => named.includes(part)) : parts;

/** Signals reach the part that runs; when it has ended for that, so do we. */
let interrupted = false;

let passed = 0;
let failed = 0;
const steps = [
  () => runChecks(chosen.filter((part) => part in checks)),
  ...chosen.filter((part) => part in projects).map((part) => () => runTests(projects[part]!)),
];
for (const run of steps) {
  if (await run()) continue;
  process.exitCode = 1;
  break;
}
console.log(`\n${passed} passed, ${failed} failed`);

/** Each uses one core; what they say comes when they end, so that it stays apart. */
async function runChecks(named: string[]): Promise<boolean> {
  const results = await Promise.all(
    named.map(async (part) => {
      const since = performance.now();
      const [program = '', ...args] = checks[part]!;
      const { code, said } = await runProgram(program, args, 'pipe');
      console.log(`${part}: ${[program, ...args].join(' ')} ... ${((performance.now() - since) / 1000).toFixed(1)} s`);
      process.stdout.write(said);
      return code === 0;
    }),
  );
  failed += results.filter((ok) => !ok).length;
  return !results.includes(false);
}

async function runTests(names: string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'hallwatch-results-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
    // With filters, a project may well have no file that fits.
    const subset = filters.length > 0 ? ['--passWithNoTests', ...filters] : [];
    const chosenProjects = names.flatMap((name) => ['--project', name]);
    const { code } = await runProgram('vitest', ['run', ...chosenProjects, ...reporters, ...subset], 'inherit');
    const counted = existsSync(results)
      ? (JSON.parse(readFileSync(results, 'utf8')) as { numPassedTests: number; numFailedTests: number })
      : { numPassedTests: 0, numFailedTests: 0 };
    passed += counted.numPassedTests;
    // A file that cannot even be loaded fails without a single test.
    failed += code === 0 ? counted.numFailedTests : Math.max(1, counted.numFailedTests);
    return code === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Found in node_modules/.bin, which is first on the PATH. What it says is given back, unless it inherits our output. */
async function runProgram(
  program: string,
  args: string[],
  output: 'inherit' | 'pipe',
): Promise<{ code: number; said: string }> {
  if (interrupted) return { code: 1, said: '' };
  const child = spawn(program, args, { stdio: ['inherit', output, output] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (said += text));
  const forward = (signal: NodeJS.Signals) => {
    interrupted = true;
    // On a terminal, Ctrl-C goes to the whole group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = (await once(child, 'close')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return { code: code ?? 1, said };
}
