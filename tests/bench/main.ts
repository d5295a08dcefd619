/**
 * `npm run bench -- [--json] [--minutes=N] [--cameras=N] [--events=N] [--entries=N] [--keep] [--tiles=one|sixteen|thirtysix] [--node-red=FOLDER] [SUITE...]`: runs the named suites, or all of them, and prints their figures.
 * `soak` runs only by name, for 30 minutes or as many as said, be it a week (`--minutes=10080`). `timeline` makes 25 million rows, 10 GB, for which it takes some
 * minutes; with `--keep` they stay in .hallwatch for the next run. `figures` (by name only) makes ten million events (or `--events`) with all
 * their figures in .hallwatch/event-city, for which it takes half an hour, and uses what is there. With `--tiles`, `live` measures that part alone.
 * `audit` verifies a chain of a million entries, or of as many as `--entries` says. With `--node-red`, `wall` measures the dashboard of the
 * Node-RED in that folder, too.
 */
import { cpus } from 'node:os';
import { FigurePrinter } from './figures.ts';
import { nodeRedMissing } from './node-red.ts';
import { accounts } from './suites/accounts.ts';
import { alerts } from './suites/alerts.ts';
import { auditing } from './suites/audit.ts';
import { cases } from './suites/cases.ts';
import { diagnosis } from './suites/diagnosis.ts';
import { exporting } from './suites/export.ts';
import { figures } from './suites/figures.ts';
import { forecasting } from './suites/forecast.ts';
import { ingest } from './suites/ingest.ts';
import { ingestMqtt } from './suites/ingest-mqtt.ts';
import { live, liveParts } from './suites/live.ts';
import { recording } from './suites/recording.ts';
import { soak } from './suites/soak.ts';
import { storm } from './suites/storm.ts';
import { timeline } from './suites/timeline.ts';
import { wall } from './suites/wall.ts';

const words = process.argv.slice(2);
const said = (name: string) => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
const given = (name: string, otherwise: number) => Number(said(name) ?? otherwise);
const nodeRed = said('node-red');
const tiles = liveParts.filter((part) => words.includes(`--tiles=${part}`));
const suites: Record<string, (printer: FigurePrinter) => Promise<void>> = {
  live: (printer) => live(printer, tiles.length > 0 ? tiles : liveParts),
  ingest,
  wall: (printer) => wall(printer, nodeRed),
  ...{ storm, diagnosis, recording, alerts, cases },
  timeline: (printer) => timeline(printer, words.includes('--keep')),
  export: exporting,
  'ingest-mqtt': ingestMqtt,
  forecast: forecasting,
  accounts,
  audit: (printer) => auditing(printer, given('entries', 0) || null),
};

const byNameOnly: typeof suites = {
  soak: (printer) => soak(printer, given('minutes', 30), given('cameras', 16)),
  figures: (printer) => figures(printer, given('events', 10_000_000)),
};
const all = { ...suites, ...byNameOnly };
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !Object.hasOwn(all, name));
if (unknown.length > 0) {
  console.error(`no suite named ${unknown.join(', ')}; there are: ${Object.keys(all).join(', ')}`);
  process.exit(2);
}
const missing = nodeRed === null ? null : nodeRedMissing(nodeRed);
if (missing !== null) {
  console.error(missing);
  process.exit(2);
}
const printer = new FigurePrinter(words.includes('--json'));
printer.say(
  `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; everything on this machine, browser included`,
);
for (const name of names.length > 0 ? names : Object.keys(suites)) await all[name]!(printer);
