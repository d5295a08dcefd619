import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { startCameras } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { measured, type Usage } from '../process-usage.ts';

const suite = 'ingest';
const PULLS = 32;
const WATCH_MS = 15_000;
const WATCH = { warmUpMs: 4000, watchMs: WATCH_MS };
/** Ours and the peer take turns, so that what else the machine does falls on both. */
const ROUNDS = 3;
const env = { ...process.env, BENCH_USER: 'bench', BENCH_PASSWORD: 'bench-only' };

/** 32 pulls of a camera's main stream by our RTSP client, beside as many `ffmpeg -c copy -f null`. */
export async function ingest(printer: FigurePrinter): Promise<void> {
  const cameras = await startCameras(PULLS, '--constant-rate');
  try {
    const uris = cameras.addresses.map(({ rtsp }) => rtsp.main);
    const ours: Usage[] = [];
    const peers: Usage[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await measured([await startPuller(uris)], WATCH));
      peers.push(await measured(uris.map(startCopy), WATCH));
    }
    const cpu = (runs: Usage[]) => (100 * middle(runs.map(({ cpuSec }) => cpuSec))) / (WATCH_MS / 1000);
    const megabytes = (runs: Usage[]) => middle(runs.map(({ memoryBytes }) => memoryBytes)) / 1e6;
    const load = `${PULLS} pulls of 1280x720@25 at 2.5 Mbit/s, median of ${ROUNDS} turns`;
    const cpuNote = `${cpu(ours).toFixed(1)} % of a core beside ${cpu(peers).toFixed(1)}; ${load}`;
    const memoryNote = `${megabytes(ours).toFixed(0)} MB beside ${megabytes(peers).toFixed(0)}, shared pages shared out`;
    printer.print(ratio('ingest.cpu_ratio', cpu(ours) / cpu(peers), 0.5, cpuNote));
    printer.print(ratio('ingest.memory_ratio', megabytes(ours) / megabytes(peers), 0.25, memoryNote));
  } finally {
    await cameras.stop();
  }
}

const ratio = (figure: string, value: number, aim: number, note: string) => ({
  suite,
  figure,
  value,
  unit: 'x ffmpeg',
  aim,
  note,
});

async function startPuller(uris: readonly string[]): Promise<ChildProcess> {
  const puller = spawn(process.execPath, [path.join(import.meta.dirname, '../puller.ts'), ...uris], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  await once(puller.stdout, 'data');
  return puller;
}

function startCopy(uri: string): ChildProcess {
  const address = uri.replace('rtsp://', `rtsp://${env.BENCH_USER}:${env.BENCH_PASSWORD}@`);
  const args = ['-v', 'error', '-rtsp_transport', 'tcp', '-i', address, '-c', 'copy', '-f', 'null', '-'];
  return spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'inherit'] });
}

const middle = (values: readonly number[]) => quantile(values, 0.5);
