import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Registry } from 'prom-client';
import type { ErrorCode } from '#contract/errors.ts';
import { Backoff } from '#lib/backoff.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import { ChildLog } from './child-log.ts';
import { ALIVE_EVERY_MS, EXIT, hashOf, pathOf, Report, signatureOf, type Order } from './messages.ts';
import { measureRtmp, type RtmpCounts } from './metrics.ts';

const PROGRAM = fileURLToPath(new URL('nms-main.ts', import.meta.url));
const SUBJECT = 'rtmp';
const SOCKET = 'flv';
/** Silent for so many of its beats: it hangs. */
const MISSED_BEATS = 5;
/** It has run for this long: what ended it before is forgotten. */
const SETTLED_MS = 30_000;
const STOP_WITHIN_MS = 2000;

export interface RtmpServerOptions {
  /** Where encoders push to; null: nowhere, nothing is started. */
  listen: { host: string; port: number } | null;
  clock: Clock;
  log: Logger;
  problems: Pick<ProblemBoard, 'raise' | 'clear'>;
  metrics?: Registry;
}

/** Where the stream of a publisher can be read as FLV over HTTP, for a minute. */
export interface FlvPlace {
  socketPath: string;
  path: string;
}

/**
 * Receives RTMP: node-media-server in a child process that is started anew whenever it ends, for as long as we run. Who
 * publishes what is decided there by keys that are given here.
 */
export class RtmpServer {
  /** The name of a stream whose publisher came or left. */
  readonly changed = new Emitter<string>();
  readonly listening: RtmpServerOptions['listen'];
  readonly #options: RtmpServerOptions;
  readonly #backoff = new Backoff({ firstMs: 500, maxMs: 30_000, jitter: 0.3 });
  readonly #keys: Record<string, string> = Object.create(null) as Record<string, string>;
  readonly #publishing = new Set<string>();
  readonly #counts: RtmpCounts = { restarts: 0, refused: {} };
  #child: ChildProcess | null = null;
  #listens = false;
  #place: { folder: string; secret: string } | null = null;
  #running = false;
  #failures = 0;
  #missed = 0;
  #timers: (() => void)[] = [];
  #ended: Promise<void> = Promise.resolve();

  constructor(options: RtmpServerOptions) {
    this.#options = options;
    this.listening = options.listen;
    if (options.metrics) measureRtmp(options.metrics, this.#counts, () => this.#publishing.size);
  }

  /** The process that receives, for who wants to look after it. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether devices are let in now. */
  get listens(): boolean {
    return this.#listens;
  }

  async start(): Promise<void> {
    if (this.#running || this.listening === null) return;
    this.#running = true;
    // Only we may enter it; the name is short, as that of a Unix socket must be.
    this.#place = { folder: await mkdtemp(join(tmpdir(), 'hallwatch-')), secret: randomBytes(24).toString('hex') };
    this.#spawn();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#endTimers();
    this.#child?.kill('SIGTERM');
    const cancel = this.#options.clock.after(STOP_WITHIN_MS, () => this.#child?.kill('SIGKILL'));
    await this.#ended;
    cancel();
    await rm(this.#place!.folder, { recursive: true, force: true });
    this.#options.problems.clear(SUBJECT);
  }

  /** Whoever gives this key may publish under this name; with another key than before, the present publisher has to leave. */
  allow(name: string, key: string): void {
    this.#keys[name] = hashOf(key);
    this.#tellKeys();
  }

  forbid(name: string): void {
    if (!(name in this.#keys)) return;
    delete this.#keys[name];
    this.#tellKeys();
  }

  isPublishing(name: string): boolean {
    return this.#publishing.has(name);
  }

  /** Null while nobody publishes it. */
  placeOf(name: string): FlvPlace | null {
    if (!this.#place || !this.#publishing.has(name)) return null;
    const { folder, secret } = this.#place;
    const signature = signatureOf(pathOf(name), secret, this.#options.clock.now());
    return { socketPath: join(folder, SOCKET), path: `${pathOf(name)}.flv?sign=${signature}` };
  }

  #spawn(): void {
    const { clock, log } = this.#options;
    const { folder, secret } = this.#place!;
    const socketPath = join(folder, SOCKET);
    rmSync(socketPath, { force: true }); // of one that was killed
    const child = fork(PROGRAM, {
      execArgv: ['--max-old-space-size=256', '--disable-warning=ExperimentalWarning'],
      // It needs nothing of ours, and what it does not have it cannot lose.
      env: {},
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#missed = 0;
    const out = new ChildLog({ clock, write: (line) => log.debug({ part: SUBJECT }, line) });
    const err = new ChildLog({ clock, write: (line) => log.warn({ part: SUBJECT }, line) });
    child.stdout!.setEncoding('utf8').on('data', (text: string) => out.push(text));
    child.stderr!.setEncoding('utf8').on('data', (text: string) => err.push(text));
    child.on('message', (message) => this.#hear(message));
    child.on('error', (error) => log.error({ part: SUBJECT, err: error }, 'RTMP server could not be started'));
    this.#ended = new Promise((resolve) => child.once('close', resolve)).then(() => this.#onEnd(child));
    this.#timers.push(
      clock.every(ALIVE_EVERY_MS, () => {
        this.#missed += 1;
        if (this.#missed > MISSED_BEATS) child.kill('SIGKILL');
      }),
      clock.after(SETTLED_MS, () => {
        this.#failures = 0;
        this.#backoff.reset();
      }),
    );
    this.#tell({ type: 'begin', ...this.listening!, socketPath, secret });
    this.#tellKeys();
  }

  #hear(message: unknown): void {
    const parsed = Report.safeParse(message);
    if (!parsed.success) return;
    const report = parsed.data;
    const { log, problems } = this.#options;
    this.#missed = 0;
    switch (report.type) {
      case 'alive':
        return;
      case 'listening':
        this.#listens = true;
        log.info({ ...this.listening }, 'RTMP server listens');
        return problems.clear(SUBJECT);
      case 'published':
        log.info({ stream: report.name, from: report.from }, 'device pushes');
        this.#publishing.add(report.name);
        return this.changed.emit(report.name);
      case 'left':
        log.info({ stream: report.name }, 'device pushes no more');
        return this.#left(report.name);
      case 'refused':
        this.#counts.refused[report.why] = (this.#counts.refused[report.why] ?? 0) + 1;
        return log.debug({ why: report.why, from: report.from }, 'RTMP connection refused');
    }
  }

  #left(name: string): void {
    if (this.#publishing.delete(name)) this.changed.emit(name);
  }

  #onEnd(child: ChildProcess): void {
    this.#child = null;
    this.#listens = false;
    this.#endTimers();
    for (const name of [...this.#publishing]) this.#left(name);
    if (!this.#running) return;
    const { clock, log } = this.#options;
    const { code, detail } = this.#causeOf(child);
    this.#failures += 1;
    this.#counts.restarts += 1;
    log.warn({ part: SUBJECT, code, detail }, 'RTMP server ended; it is started again');
    // One that is back in a moment is not worth a word on the wall.
    if (code !== 'RTMP_DOWN' || this.#failures > 1) this.#options.problems.raise(SUBJECT, code, detail);
    this.#timers.push(clock.after(this.#backoff.next(), () => this.#spawn()));
  }

  #causeOf({ exitCode, signalCode }: ChildProcess): { code: ErrorCode; detail: string } {
    const { host, port } = this.listening!;
    switch (exitCode) {
      case EXIT.portTaken:
        return { code: 'PORT_TAKEN', detail: `port ${port} on ${host}, HALLWATCH_RTMP_PORT` };
      case EXIT.portForbidden:
        return { code: 'CONFIG_INVALID', detail: `HALLWATCH_RTMP_PORT ${port} may be used by root only` };
      case EXIT.notOurAddress:
        return { code: 'CONFIG_INVALID', detail: `HALLWATCH_RTMP_BIND ${host} is not an address of this machine` };
      case EXIT.tooMuchMemory:
        return { code: 'RTMP_DOWN', detail: 'it used too much memory' };
      default:
        return { code: 'RTMP_DOWN', detail: signalCode ?? `exit code ${exitCode}` };
    }
  }

  #tellKeys(): void {
    this.#tell({ type: 'keys', keys: { ...this.#keys } });
  }

  #tell(order: Order): void {
    if (this.#child?.connected) this.#child.send(order, () => undefined);
  }

  #endTimers(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }
}
