import { ProfileRole } from '#contract/cameras.ts';
import { messageOf } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import type { Registry } from 'prom-client';
import type { Hub } from '../hub.ts';
import { BufferPool } from '../buffer-pool.ts';
import { CameraRecorder, type Assignment, type Beginning, type RecorderStatus } from './camera-recorder.ts';
import { measureRecorder } from './metrics.ts';
import type { RecorderReport, StreamKey } from '#lib/recorder-report.ts';
import type { VolumePort } from './ports.ts';
import { finishPart } from './repair.ts';
import { SEGMENT_MS, type OpenSegment, type RunTools } from './run.ts';
import { WriteQueue } from './write-queue.ts';

const LOOK_EVERY_MS = 1000;

export interface RecorderOptions {
  clock: Clock;
  log: Logger;
  metrics?: Registry;
  volumes: VolumePort;
  hubOf: (cameraId: string, role: ProfileRole) => Hub | undefined;
  /** Hears of runs, segments and gaps, those of one stream in their order. Must return at once. */
  report: (report: RecorderReport) => void;
  segmentMs?: number;
}

/** Records streams onto volumes, one viewer each; knows no database and no plans, only what is to be recorded now. */
export class Recorder {
  readonly statusChanged = new Emitter<RecorderStatus>();
  readonly #options: RecorderOptions;
  readonly #cameras = new Map<string, CameraRecorder>();
  readonly #queues = new Map<string, WriteQueue>();
  readonly #tools: RunTools;
  readonly counts = { segments: 0, bytes: 0 };
  #endLook: (() => void) | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const { volumes, segmentMs = SEGMENT_MS, log } = options;
    this.#tools = {
      pool: new BufferPool(),
      volumes,
      segmentMs,
      queueOf: (id) => this.#queueOf(id),
      repair: async (volume, relative) => {
        try {
          return (await finishPart(volume, relative))?.segment ?? null;
        } catch (error) {
          log.warn(
            { volume: volume.id, file: relative, reason: messageOf(error) },
            'a file of footage is left as it is',
          );
          return null;
        }
      },
    };
    if (options.metrics) measureRecorder(options.metrics, this);
  }

  start(): void {
    this.#endLook ??= this.#options.clock.every(LOOK_EVERY_MS, () => {
      for (const camera of this.#cameras.values()) camera.look();
    });
  }

  /** Ends all runs; resolves when what they held is on disk and told. */
  async stop(): Promise<void> {
    this.#endLook?.();
    this.#endLook = null;
    const cameras = [...this.#cameras.values()];
    this.#cameras.clear();
    await Promise.all(cameras.map((camera) => camera.stop('server-stopped')));
  }

  /** What is to be done with a stream from now on; `beginning` counts where it is the first word about it. */
  assign(assignment: Assignment, beginning: Beginning): void {
    const { cameraId, role } = assignment;
    const key = `${cameraId}/${role}`;
    let camera = this.#cameras.get(key);
    if (!camera) {
      const { clock, hubOf, report } = this.#options;
      camera = new CameraRecorder({
        ...{ cameraId, role, beginning, clock, hubOf, report: (told) => this.#report(told, report) },
        tools: this.#tools,
        onStatus: (status) => this.statusChanged.emit(status),
      });
      this.#cameras.set(key, camera);
    }
    camera.assign(assignment);
  }

  /** The stream is no longer this recorder's affair. Resolves when all of it is on disk and told. */
  async remove({ cameraId, role }: StreamKey): Promise<void> {
    const key = `${cameraId}/${role}`;
    const camera = this.#cameras.get(key);
    this.#cameras.delete(key);
    await camera?.stop('not-planned');
  }

  has({ cameraId, role }: StreamKey): boolean {
    return this.#cameras.has(`${cameraId}/${role}`);
  }

  statuses(): RecorderStatus[] {
    return [...this.#cameras.values()].map((camera) => camera.status);
  }

  /** What is being written, as far as it can be read: for players that follow. */
  openSegments(): OpenSegment[] {
    return [...this.#cameras.values()].flatMap((camera) => camera.open ?? []);
  }

  /** Whether files of the camera are in work, of either stream. */
  isRecording(cameraId: string): boolean {
    return ProfileRole.options.some((role) => (this.#cameras.get(`${cameraId}/${role}`)?.runs.size ?? 0) > 0);
  }

  /** Runs whose files nobody else may touch. */
  runs(): Set<string> {
    return new Set([...this.#cameras.values()].flatMap((camera) => [...camera.runs]));
  }

  /** Bytes that wait to be written, by volume. */
  waiting(): { volumeId: string; bytes: number }[] {
    return [...this.#queues].map(([volumeId, { waitingBytes: bytes }]) => ({ volumeId, bytes }));
  }

  /** Bytes kept in memory for alerts. */
  get preRollBytes(): number {
    return [...this.#cameras.values()].reduce((sum, camera) => sum + camera.preRollBytes, 0);
  }

  #report(told: RecorderReport, hear: (report: RecorderReport) => void): void {
    if (told.type === 'segment') {
      this.counts.segments += 1;
      this.counts.bytes += told.segment.bytes;
    }
    hear(told);
  }

  #queueOf(volumeId: string): WriteQueue {
    let queue = this.#queues.get(volumeId);
    if (!queue) this.#queues.set(volumeId, (queue = new WriteQueue()));
    return queue;
  }
}
