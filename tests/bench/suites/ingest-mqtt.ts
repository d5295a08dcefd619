import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';
import { embeddedDatabaseOf } from '../../helpers/kiosk-fleet.ts';
import type { RunningHallwatch } from '../../helpers/hallwatch.ts';
import { startBenchHouse } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { treeOf, usageOf } from '../process-usage.ts';
import { desksOf, furnish } from '../mqtt/desks.ts';
import type { PublisherReport } from '../mqtt/publishers.ts';
import { copyRaw, eventsToWrite, writeThroughLog } from '../mqtt/writer.ts';

const suite = 'ingest-mqtt';
const HALLS = 10;
const WINDOWS = 5;
const IN_FLIGHT = 20;
const WARM_UP_SEC = 5;
const SECONDS = { durable: 30, empty: 10 };
const ROWS = 100_000;
const ROUNDS = 5;

const script = (name: string) => path.join(import.meta.dirname, '../mqtt', name);

/**
 * Events of terminals from PUBLISH to PUBACK behind the commit, with broker, server, database and publishers on this
 * machine; the same broker and publishers with nothing stored; and the writer of the event log alone beside COPY.
 */
export async function ingestMqtt(printer: FigurePrinter): Promise<void> {
  const empty = await emptyBroker();
  const hallwatch = await startBenchHouse();
  try {
    const { url } = embeddedDatabaseOf(hallwatch.dataDir);
    await writers(printer, url);
    await furnish(hallwatch.rest, desksOf(HALLS, WINDOWS));
    const before = cpuOf(hallwatch.pid);
    const durable = await publish(Number(new URL(hallwatch.mqttUrl).port), SECONDS.durable);
    const after = cpuOf(hallwatch.pid);
    await checkStored(hallwatch, durable.acknowledged);
    printDurable(printer, durable, empty);
    const spent = {
      publishers: durable.cpuSec,
      server: after.server - before.server,
      database: after.database - before.database,
    };
    printCost(printer, spent, durable.acknowledged);
  } finally {
    await hallwatch.stop();
  }
}

function printDurable(printer: FigurePrinter, durable: PublisherReport, empty: PublisherReport): void {
  const [rate, bare] = [meanRate(durable), meanRate(empty)];
  const load = `${HALLS * WINDOWS} connections, ${IN_FLIGHT} in flight each, QoS 1`;
  const worst = quantile(steady(durable), 0.05);
  printer.print({
    ...{ suite, figure: 'mqtt.durable_per_s', value: rate, unit: 'msg/s', aim: 15_000, atLeast: true },
    note: `mean of ${SECONDS.durable} s, slowest 1 s in 20: ${worst}; ${load}`,
  });
  printer.print({
    ...{ suite, figure: 'mqtt.broker_ratio', value: rate / bare, unit: 'x', aim: 0.5, atLeast: true },
    note: `the same broker with nothing stored: ${Math.round(bare)} msg/s`,
  });
  for (const [figure, q] of [
    ['mqtt.puback_p50_ms', 0.5],
    ['mqtt.puback_p99_ms', 0.99],
  ] as const) {
    const reference = { name: 'nothing stored', value: quantile(empty.ackMs, q) };
    printer.print({ suite, figure, value: quantile(durable.ackMs, q), unit: 'ms', reference, note: load });
  }
}

/** Seconds of a processor that the server and its database have used so far. */
function cpuOf(pid: number): { server: number; database: number } {
  const server = usageOf(pid).cpuSec;
  const all = treeOf(pid).reduce((sum, each) => sum + usageOf(each).cpuSec, 0);
  return { server, database: all - server };
}

/** What one message costs of a processor: where the rate ends on so many cores. */
function printCost(printer: FigurePrinter, spent: Record<string, number>, messages: number): void {
  const all = Object.values(spent).reduce((sum, sec) => sum + sec, 0);
  for (const [part, sec] of Object.entries(spent)) {
    printer.print({
      ...{ suite, figure: `mqtt.cpu_${part}_us`, value: (sec / messages) * 1e6, unit: 'us/msg' },
      note: `${Math.round((sec / all) * 100)} % of what a message costs`,
    });
  }
}

async function writers(printer: FigurePrinter, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const rates: Record<'log' | 'copy', number[]> = { log: [], copy: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [way, write] of [
      ['copy', copyRaw],
      ['log', writeThroughLog],
    ] as const) {
      await client.query('TRUNCATE terminal_event, figure_dirty');
      await client.query('CHECKPOINT');
      rates[way].push(ROWS / (await write(url, eventsToWrite(ROWS))));
    }
  }
  await client.query('TRUNCATE terminal_event, figure_dirty');
  await client.end();
  const [ours, raw] = [quantile(rates.log, 0.5), quantile(rates.copy, 0.5)];
  printer.print({
    ...{ suite, figure: 'mqtt.writer_copy_ratio', value: ours / raw, unit: 'x', aim: 0.5, atLeast: true },
    note: `${Math.round(ours)} rows/s beside COPY's ${Math.round(raw)} into the same table, median of ${ROUNDS} x ${ROWS} rows`,
  });
}

/** What was acknowledged has to be there, or the rate means nothing. */
async function checkStored({ dataDir }: RunningHallwatch, acknowledged: number): Promise<void> {
  const client = new pg.Client(embeddedDatabaseOf(dataDir).url);
  await client.connect();
  const { rows } = await client.query<{ stored: number }>(
    'SELECT count(DISTINCT event_id)::int AS stored FROM terminal_event',
  );
  await client.end();
  if (rows[0]!.stored !== acknowledged) throw new Error(`${acknowledged} acknowledged, ${rows[0]!.stored} stored`);
}

async function emptyBroker(): Promise<PublisherReport> {
  const child = spawn(process.execPath, [script('empty-broker.ts')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return await publish(Number(port), SECONDS.empty);
  } finally {
    child.stdin.end();
    await ended;
  }
}

async function publish(port: number, seconds: number): Promise<PublisherReport> {
  const load = [port, HALLS, WINDOWS, IN_FLIGHT, WARM_UP_SEC + seconds].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [script('publishers.ts'), ...load], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as PublisherReport;
}

/** The seconds behind the warm-up. */
function steady({ perSecond }: PublisherReport): number[] {
  return perSecond.slice(WARM_UP_SEC);
}

function meanRate(report: PublisherReport): number {
  const seconds = steady(report);
  return seconds.reduce((sum, count) => sum + count, 0) / seconds.length;
}
