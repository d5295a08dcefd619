/** `npm run bench -- [--json] [SUITE...]`: runs the named suites, or all of them, and prints their figures. */
import { cpus } from 'node:os';
import { FigurePrinter } from './figures.ts';
import { ingest } from './suites/ingest.ts';
import { live } from './suites/live.ts';
import { wall } from './suites/wall.ts';

const suites: Record<string, (printer: FigurePrinter) => Promise<void>> = { live, ingest, wall };

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !Object.hasOwn(suites, name));
if (unknown.length > 0) {
  console.error(`no suite named ${unknown.join(', ')}; there are: ${Object.keys(suites).join(', ')}`);
  process.exit(2);
}
const printer = new FigurePrinter(words.includes('--json'));
printer.say(
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; everything on this machine, browser included`,
);
for (const name of names.length > 0 ? names : Object.keys(suites)) await suites[name]!(printer);
