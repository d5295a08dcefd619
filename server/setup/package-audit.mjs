/**
 * What is known to be unsafe among the packages that the product runs with, by the registry that npm is set to: high and
 * critical ones end it with 1. A registry that has no such answer is said, and is no failure: not every mirror has one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const GRAVE = ['high', 'critical'];
/** What is not there at once is not waited for. */
const args = ['audit', '--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=10000'];

const npm = spawn('npm', args, { stdio: ['ignore', 'pipe', 'ignore'] });
let said = '';
npm.stdout.setEncoding('utf8').on('data', (text) => (said += text));
await once(npm, 'close');

/** @typedef {{ severity: string, via: (string | { title: string, range: string, url: string })[] }} Hole */
const answer = /** @type {{ vulnerabilities?: Record<string, Hole>, message?: string }} */ (JSON.parse(said || '{}'));
if (!answer.vulnerabilities) {
  console.log(`not asked, the registry has no answer: ${answer.message ?? 'npm says nothing'}`);
} else {
  const holes = Object.entries(answer.vulnerabilities);
  for (const [name, { severity, via }] of holes) {
    const why = via.map((each) =>
      typeof each === 'string' ? `by ${each}` : `${each.title} (${each.range}), ${each.url}`,
    );
    console.log(`${name}: ${severity}; ${why.join('; ')}`);
  }
  if (holes.length === 0) console.log('nothing known of any package');
  if (holes.some(([, { severity }]) => GRAVE.includes(severity))) process.exitCode = 1;
}
