import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { LIVE_PATH } from '#contract/live.ts';
import { serverFlags } from '../../../server/setup/engine-flags.mjs';
import { startCameras } from '../bench-house.ts';
import { quantile, type FigurePrinter } from '../figures.ts';
import { measured, type Usage } from '../process-usage.ts';

const suite = 'recording';
const CAMERAS = 32;
const FEW = 8;
const MANY = 99;
const WATCH_MS = 12_000;
/**
 * Recorders go on for months: what counts is how they do. Ours finds its memory in the first files, and its code is compiled for
 * good after some twenty seconds; ffmpeg is as it will be at once.
 */
const OURS = { warmUpMs: 24_000, watchMs: WATCH_MS };
const PEER = { warmUpMs: 8000, watchMs: WATCH_MS };
/** Ours and the peer take turns, so that what else the machine does falls on both. */
const ROUNDS = 3;
const env = { ...process.env, BENCH_USER: 'bench', BENCH_PASSWORD: 'bench-only' };

/**
 * 32 main streams recorded and live in one process of ours, beside as many ffmpeg that each record into segments and push
 * FLV over TCP. What is live is sent to one viewer a stream, here, who throws it away.
 */
export async function recording(printer: FigurePrinter): Promise<void> {
  const cameras = await startCameras(CAMERAS, '--constant-rate');
  const root = path.resolve(import.meta.dirname, '../../../.hallwatch');
  const folder = await mkdtemp(path.join(root, 'bench-recording-'));
  const sink = createServer((socket) => socket.resume().on('error', () => socket.destroy()));
  await once(sink.listen(0, '127.0.0.1'), 'listening');
  const { port } = sink.address() as AddressInfo;
  try {
    const uris = cameras.addresses.map(({ rtsp }) => rtsp.main);
    const ours: Usage[] = [];
    const peers: Usage[] = [];
    const amplified: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const ran = await runOurs(folder, uris);
      ours.push(ran.usage);
      amplified.push(ran.writtenBytes / ran.mediaBytes);
      peers.push(
        await measured(
          uris.map((uri, i) => startPeer(uri, path.join(folder, `peer-${i}`), port)),
          PEER,
        ),
      );
    }
    const few = await runOurs(folder, uris.slice(0, FEW));
    const cpu = (runs: Usage[]) => (100 * middle(runs.map(({ cpuSec }) => cpuSec))) / (WATCH_MS / 1000);
    const megabytes = (runs: Usage[]) => middle(runs.map(({ memoryBytes }) => memoryBytes)) / 1e6;
    const load = `${CAMERAS} x 1280x720@25 at 2.5 Mbit/s recorded and sent to a viewer each, median of ${ROUNDS} turns`;
    const ratio = (figure: string, value: number, aim: number, note: string) =>
      printer.print({ suite, figure, value, unit: 'x ffmpeg', aim, note });
    ratio(
      'recording.cpu_ratio',
      cpu(ours) / cpu(peers),
      0.5,
      `${cpu(ours).toFixed(1)} % of a core beside ${cpu(peers).toFixed(1)}; ${load}`,
    );
    const memoryNote = `${megabytes(ours).toFixed(0)} MB beside ${megabytes(peers).toFixed(0)}, shared pages shared out`;
    ratio('recording.memory_ratio', megabytes(ours) / megabytes(peers), 0.25, memoryNote);
    const note = 'bytes that went to the disk for each byte of footage';
    printer.print({ suite, figure: 'recording.write_amplification', value: middle(amplified), unit: 'x', note });
    const slope = (of: (runs: Usage[]) => number) => (of(ours) - of([few.usage])) / (CAMERAS - FEW);
    const grow = (figure: string, unit: string, of: (runs: Usage[]) => number) => {
      const each = slope(of);
      const many = of(ours) + each * (MANY - CAMERAS);
      const words = `from ${FEW} to ${CAMERAS} cameras; ${MANY} would take ${many.toFixed(0)} ${unit}`;
      printer.print({ suite, figure, value: each, unit, note: words });
    };
    grow('recording.cpu_per_camera', '% core', cpu);
    grow('recording.memory_per_camera', 'MB', megabytes);
  } finally {
    await cameras.stop();
    sink.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ours over a warm-up and a stretch that is watched; what it wrote is counted from its beginning to its end. */
async function runOurs(folder: string, uris: readonly string[]) {
  const script = path.join(import.meta.dirname, '../recorder.ts');
  const recorder = spawn(process.execPath, [...serverFlags(process.execPath), script, folder, ...uris], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface({ input: recorder.stdout });
  const [port] = (await once(lines, 'line')) as [string];
  const viewers = uris.map((_, i) => watch(`ws://127.0.0.1:${port}${LIVE_PATH}?token=${i}`));
  await once(lines, 'line');
  let mediaBytes = 0;
  let writtenBytes = 0;
  lines.on('line', (line) => {
    mediaBytes = Number(line);
    // All files are finished, and the process waits for its cameras only.
    const io = readFileSync(`/proc/${recorder.pid}/io`, 'utf8');
    writtenBytes = Number(/^write_bytes: (\d+)/m.exec(io)![1]) - Number(/^cancelled_write_bytes: (\d+)/m.exec(io)![1]);
  });
  const usage = await measured([recorder], OURS);
  if (viewers.some((pictures) => pictures() < WATCH_MS / 1000)) throw new Error('not every stream was live');
  return { usage, writtenBytes, mediaBytes };
}

/** Watches a stream and throws away what it sees; tells how many pictures that were. */
function watch(address: string): () => number {
  let pictures = 0;
  new WebSocket(address).on('message', (_data, isBinary) => (pictures += Number(isBinary)));
  return () => pictures;
}

function startPeer(uri: string, name: string, port: number): ChildProcess {
  const address = uri.replace('rtsp://', `rtsp://${env.BENCH_USER}:${env.BENCH_PASSWORD}@`);
  const input = ['-v', 'error', '-y', '-rtsp_transport', 'tcp', '-i', address];
  const fragments = 'movflags=+frag_keyframe+empty_moov+default_base_moof';
  const record = ['-c', 'copy', '-f', 'segment', '-segment_time', '10', '-segment_format', 'mp4'];
  const file = ['-segment_format_options', fragments, `${name}-%d.mp4`];
  const push = ['-c', 'copy', '-f', 'flv', '-flvflags', 'no_duration_filesize', `tcp://127.0.0.1:${port}`];
  return spawn('ffmpeg', [...input, ...record, ...file, ...push], { stdio: ['pipe', 'ignore', 'inherit'] });
}

const middle = (values: readonly number[]) => quantile(values, 0.5);
