/**
 * What `npm test` runs: layout, lint and types, then the tests from quick to slow, up to the first that fails.
 * `npm test -- unit` runs parts by name; other words go to vitest as file filters. The last line counts the tests.
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
};
const projects = ['unit', 'integration', 'e2e'];
const parts = [...Object.keys(checks), ...projects];

const words = process.argv.slice(2);
const named = words.filter((word) => parts.includes(word));
const filters = words.filter((word) => !parts.includes(word));
const chosen = named.length > 0 ? parts.filter((part) => named.includes(part)) : parts;

/** Signals reach the part that runs; when it has ended for that, so do we. */
let interrupted = false;

let passed = 0;
let failed = 0;
for (const part of chosen) {
  const ok = await (projects.includes(part) ? runProject(part) : runCheck(part));
  if (!ok) {
    process.exitCode = 1;
    break;
  }
}
console.log(`\n${passed} passed, ${failed} failed`);

async function runCheck(part: string): Promise<boolean> {
  const since = performance.now();
  const [program = '', ...args] = checks[part] ?? [];
  process.stdout.write(`${part}: ${[program, ...args].join(' ')} ... `);
  const code = await runProgram(program, args);
  if (code === 0) console.log(`${((performance.now() - since) / 1000).toFixed(1)} s`);
  else failed += 1;
  return code === 0;
}

async function runProject(project: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'hallwatch-results-'));
  const results = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
    // With filters, a project may well have no file that fits.
    const subset = filters.length > 0 ? ['--passWithNoTests', ...filters] : [];
    const code = await runProgram('vitest', ['run', '--project', project, ...reporters, ...subset]);
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

/** Found in node_modules/.bin, which is first on the PATH. */
async function runProgram(program: string, args: string[]): Promise<number> {
  if (interrupted) return 1;
  const child = spawn(program, args, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => {
    interrupted = true;
    // On a terminal, Ctrl-C goes to the whole group.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  process.on('SIGINT', forward).on('SIGTERM', forward);
  const [code] = (await once(child, 'exit')) as [number | null];
  process.off('SIGINT', forward).off('SIGTERM', forward);
  return code ?? 1;
}
