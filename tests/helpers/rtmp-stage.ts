import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Registry } from 'prom-client';
import { expect } from 'vitest';
import type { StreamState } from '#contract/cameras.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { StreamHouse } from '../../streams/house.ts';
import { RtmpServer } from '../../streams/rtmp/server-process.ts';
import { freePort } from './hallwatch.ts';

const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25'];
const encoding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '25', '-pix_fmt', 'yuv420p'];

/** An encoder as they stand in the field: ffmpeg that pushes a moving test picture. */
export class Encoder {
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor(url: string, { sound = false } = {}) {
    const heard = sound ? ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100', '-c:a', 'aac'] : [];
    const args = ['-nostdin', '-loglevel', 'quiet', ...picture, ...heard, ...encoding, '-f', 'flv', url];
    this.#child = spawn('ffmpeg', args, { stdio: 'ignore' });
    this.ended = once(this.#child, 'close');
  }

  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** The RTMP server, and a house that shows what device `c1` pushes with the key `sesame`. */
export class RtmpStage {
  readonly metrics = new Registry();
  readonly problems = new ProblemBoard(systemClock);
  readonly seen: string[] = [];
  port = 0;
  server!: RtmpServer;
  house!: StreamHouse;
  readonly #encoders: Encoder[] = [];

  async open({ port, clock = systemClock }: { port?: number; clock?: Clock } = {}): Promise<this> {
    this.port = port ?? (await freePort());
    const { metrics, problems } = this;
    const listen = { host: '127.0.0.1', port: this.port };
    this.server = new RtmpServer({ listen, clock, log: silentLogger, problems, metrics });
    this.server.allow('c1', 'sesame');
    this.house = new StreamHouse({ clock, log: silentLogger, ffmpegPath: 'ffmpeg', push: this.server });
    this.house.stateChanged.on(({ status, code }) => this.seen.push(code ?? status));
    const address = { uri: '', username: '', password: '' };
    const target = { cameraId: 'c1', ...address, sourceChoice: 'rtmp' } as const;
    this.house.setTarget({ ...target, role: 'sub', keepOpen: true });
    this.house.setTarget({ ...target, role: 'main', keepOpen: false });
    await this.server.start();
    this.house.start();
    if (port === undefined) await expect.poll(() => this.server.listens).toBe(true);
    return this;
  }

  async close(): Promise<void> {
    await Promise.all(this.#encoders.map((encoder) => encoder.stop()));
    await this.house.stop();
    await this.server.stop();
  }

  push(streamKey = 'c1?key=sesame', options: { sound?: boolean } = {}): Encoder {
    const encoder = new Encoder(this.url(streamKey), options);
    this.#encoders.push(encoder);
    return encoder;
  }

  url(streamKey: string): string {
    return `rtmp://127.0.0.1:${this.port}/live/${streamKey}`;
  }

  /** Until the sub stream is so. */
  until(status: StreamState['status']): Promise<StreamState> {
    return new Promise((resolve) => {
      const look = (state: StreamState) => {
        if (state.role !== 'sub' || state.status !== status) return;
        leave();
        resolve(state);
      };
      const leave = this.house.stateChanged.on(look);
      this.house.states().forEach(look);
    });
  }

  /** Until somebody publishes, or nobody does. */
  publishing(wanted: boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.server.isPublishing('c1') !== wanted) return;
        leave();
        resolve();
      };
      const leave = this.server.changed.on(look);
      look();
    });
  }

  /** The number that a metric has under these labels. */
  async figure(name: string, labels: Record<string, string> = {}): Promise<number> {
    const metric = await this.metrics.getSingleMetric(name)!.get();
    const fits = (given: object) => JSON.stringify(given) === JSON.stringify(labels);
    return metric.values.find((value) => fits(value.labels))?.value ?? 0;
  }
}
