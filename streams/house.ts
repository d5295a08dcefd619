import type { Registry } from 'prom-client';
import type { RecentHealth, StreamHealth } from '#contract/camera-health.ts';
import type { ProfileRole, StreamState } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { StoredCredentials } from '#lib/credential-guard.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { FfmpegSource } from './ffmpeg/ffmpeg-source.ts';
import { Hub } from './hub.ts';
import { measureHubs } from './metrics.ts';
import { RtmpSource, type PushPort } from './rtmp/rtmp-source.ts';
import { RtspSource } from './rtsp/rtsp-source.ts';
import type { Source, SourceAddress, SourceKind } from './source.ts';
import { Supervisor } from './supervisor.ts';
import type { SourceChoice } from './supervisor-machine.ts';
import { H264Stream } from './transcode/h264-stream.ts';
import { TranscodeSlots } from './transcode/slots.ts';

/** One profile of one camera, as it is to be pulled. */
export interface StreamTarget extends SourceAddress {
  cameraId: string;
  role: ProfileRole;
  sourceChoice: SourceChoice;
  /** Pulled always; otherwise while someone watches, and a short while after. */
  keepOpen: boolean;
}

export interface StreamHouseOptions {
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  metrics?: Registry;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks;
  /** Where devices push to, each under the id of its camera. */
  push?: PushPort;
  /** Streams that are converted to H.264 at a time. */
  transcodes?: number;
  /** What of a camera's picture is covered for those who may not see it whole. */
  masksOf?: (cameraId: string) => readonly MaskRegion[];
}

const nowhere: PushPort = { listening: null, changed: new Emitter(), isPublishing: () => false, placeOf: () => null };

const nothingMeasured = {
  fps: null,
  kbps: null,
  keyIntervalSec: null,
  lossRatio: null,
  jitterMs: null,
  clockOffsetMs: null,
};

const roles = ['main', 'sub'] as const satisfies ProfileRole[];

interface Stream {
  target: StreamTarget;
  readonly hub: Hub;
  supervisor: Supervisor | null;
  /** For viewers that decode H.264 only; there is none until the first of them. */
  h264: H264Stream | null;
  /** For those who may not see all of it. */
  masked: H264Stream | null;
}

/** All streams of all cameras: each with its hub and, while the house is started, its supervisor. */
export class StreamHouse {
  readonly #options: StreamHouseOptions;
  readonly #streams = new Map<string, Stream>();
  readonly #stopping = new Set<Promise<void>>();
  #started = false;
  #measured = false;
  #endPushes: (() => void) | null = null;
  readonly #slots: TranscodeSlots;
  readonly stateChanged = new Emitter<StreamState>();

  constructor(options: StreamHouseOptions) {
    this.#options = options;
    this.#slots = new TranscodeSlots({ max: options.transcodes ?? 2, metrics: options.metrics });
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#measure();
    this.#endPushes = this.#options.push?.changed.on((name) => this.#pushChanged(name)) ?? null;
    for (const stream of this.#streams.values()) this.#supervise(stream);
  }

  /** Sends all viewers away and lets go of all cameras. Targets stay for the next start. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#endPushes?.();
    this.#endPushes = null;
    for (const stream of this.#streams.values()) {
      for (const made of [stream.h264, stream.masked]) this.#await(made?.stop('SHUTTING_DOWN'));
      stream.hub.close('SHUTTING_DOWN');
      this.#release(stream);
      stream.supervisor = null;
    }
    await Promise.all(this.#stopping);
  }

  /** Adds or replaces; what is pulled is interrupted only where the way to it changed. Viewers stay. */
  setTarget(target: StreamTarget): void {
    const key = keyOf(target.cameraId, target.role);
    const known = this.#streams.get(key);
    if (!known) {
      const stream = this.#open(target);
      this.#streams.set(key, stream);
      if (this.#started) this.#supervise(stream);
      return;
    }
    const samePull = sameAddress(known.target, target) && known.target.sourceChoice === target.sourceChoice;
    known.target = { ...target };
    if (!samePull && known.supervisor) {
      this.#release(known);
      this.#supervise(known);
    } else {
      this.#adjust(known);
    }
  }

  /** Without a role: both streams of the camera. Their viewers are sent away with the code. */
  removeTarget(cameraId: string, { role, code = 'NOT_FOUND' }: { role?: ProfileRole; code?: ErrorCode } = {}): void {
    for (const each of role ? [role] : roles) {
      const stream = this.#streams.get(keyOf(cameraId, each));
      if (!stream) continue;
      this.#streams.delete(keyOf(cameraId, each));
      for (const made of [stream.h264, stream.masked]) this.#await(made?.stop(code));
      stream.hub.close(code);
      this.#release(stream);
    }
  }

  states(): StreamState[] {
    return [...this.#streams.values()].map((stream) => stream.hub.state);
  }

  /** How each stream fared since this was last asked; for one who asks, about once a minute. */
  health(): StreamHealth[] {
    const at = this.#instant();
    const now = this.#options.clock.monotonic();
    return [...this.#streams.values()].map(({ hub: { state, meter } }) => {
      const { cameraId, role, status, source } = state;
      return { cameraId, role, at, status, source, ...meter.take(now) };
    });
  }

  /** How the streams of one camera fared in the last ten seconds; asking changes nothing. */
  recentHealth(cameraId: string): RecentHealth[] {
    return roles.flatMap((role) => {
      const hub = this.#streams.get(keyOf(cameraId, role))?.hub;
      if (!hub) return [];
      const { status, source } = hub.state;
      return [{ role, status, source, ...(hub.meter.recent ?? nothingMeasured) }];
    });
  }

  /**
   * Where a stream can be watched; `h264`: by those who decode nothing else, as what the camera sends is converted; `masked`: by those
   * who may not see all of it, as H.264.
   */
  hub(cameraId: string, role: ProfileRole, only?: 'h264' | 'masked'): Hub | undefined {
    const stream = this.#streams.get(keyOf(cameraId, role));
    if (stream && only === 'masked') return this.#maskedOf(stream).open();
    return stream && only === 'h264' ? this.#h264Of(stream).open() : stream?.hub;
  }

  /** The masks of a camera are others: whoever watches it covered begins anew. */
  renewMasks(cameraId: string): void {
    for (const role of roles) {
      const stream = this.#streams.get(keyOf(cameraId, role));
      this.#await(stream?.masked?.stop('NOT_FOUND'));
      if (stream) stream.masked = null;
    }
  }

  #h264Of(stream: Stream): H264Stream {
    const { clock, log, ffmpegPath } = this.#options;
    const { cameraId, role } = stream.target;
    stream.h264 ??= new H264Stream({
      source: stream.hub,
      slots: this.#slots,
      clock,
      log: log.child({ camera: cameraId, role }),
      ffmpegPath,
    });
    return stream.h264;
  }

  #maskedOf(stream: Stream): H264Stream {
    const { clock, log, ffmpegPath, masksOf } = this.#options;
    const { cameraId, role } = stream.target;
    const masks = masksOf?.(cameraId) ?? [];
    // nothing is covered: whoever asks for that is mistaken, and sees nothing that he may not
    if (masks.length === 0) return this.#h264Of(stream);
    const child = log.child({ camera: cameraId, role, masked: true });
    stream.masked ??= new H264Stream({ source: stream.hub, slots: this.#slots, clock, log: child, ffmpegPath, masks });
    return stream.masked;
  }

  #measure(): void {
    const { metrics } = this.#options;
    if (!metrics || this.#measured) return;
    this.#measured = true;
    measureHubs(metrics, () => [...this.#streams.values()].map((stream) => stream.hub));
  }

  #open(target: StreamTarget): Stream {
    const { cameraId, role } = target;
    const idle = { status: 'idle', since: this.#instant(), source: null, code: null, detail: null } as const;
    const hub = new Hub({ state: { cameraId, role, ...idle }, onViewers: () => this.#adjust(stream) });
    const stream: Stream = { target: { ...target }, hub, supervisor: null, h264: null, masked: null };
    return stream;
  }

  #supervise(stream: Stream): void {
    const { clock, log } = this.#options;
    const { hub } = stream;
    const { cameraId, role } = stream.target;
    const target = { ...stream.target, guard: stream.target.guard ?? new StoredCredentials({ clock }) };
    const key = keyOf(cameraId, role);
    const supervisor = new Supervisor({
      hub,
      choice: target.sourceChoice,
      source: (kind) => this.#source(kind, target),
      guard: target.guard,
      clock,
      log: log.child({ camera: cameraId, role }),
      onState: (change) => {
        if (this.#streams.get(key)?.supervisor === supervisor) this.#tell(hub, change);
      },
    });
    stream.supervisor = supervisor;
    this.#adjust(stream);
  }

  #source(kind: SourceKind, address: StreamTarget): Source {
    const { clock, ffmpegPath, networks, push = nowhere } = this.#options;
    if (kind === 'rtmp') return new RtmpSource({ name: address.cameraId, push, clock });
    if (kind === 'rtsp') return new RtspSource({ address, clock, networks });
    return new FfmpegSource({ address, clock, networks, ffmpegPath });
  }

  /** When a device begins to push, its streams do not wait for their next attempt. */
  #pushChanged(cameraId: string): void {
    if (!this.#options.push?.isPublishing(cameraId)) return;
    for (const role of roles) {
      const stream = this.#streams.get(keyOf(cameraId, role));
      if (stream?.target.sourceChoice === 'rtmp') stream.supervisor?.hurry();
    }
  }

  #adjust(stream: Stream): void {
    stream.supervisor?.want(stream.target.keepOpen || stream.hub.viewers > 0);
  }

  #release({ supervisor }: Stream): void {
    this.#await(supervisor?.stop());
  }

  #await(work: Promise<void> | undefined): void {
    const stopping = work?.finally(() => this.#stopping.delete(stopping!));
    if (stopping) this.#stopping.add(stopping);
  }

  #tell(hub: Hub, change: Pick<StreamState, 'status' | 'source' | 'code' | 'detail'>): void {
    const before = hub.state;
    const since = before.status === change.status ? before.since : this.#instant();
    if (change.status === 'lost' && before.status !== 'lost') hub.counts.losses += 1;
    const state: StreamState = { ...before, ...change, since };
    hub.meter.turned(state.status, this.#options.clock.monotonic());
    hub.setState(state);
    this.stateChanged.emit(state);
  }

  #instant(): string {
    return new Date(this.#options.clock.now()).toISOString();
  }
}

function keyOf(cameraId: string, role: ProfileRole): string {
  return `${cameraId}/${role}`;
}

function sameAddress(a: SourceAddress, b: SourceAddress): boolean {
  return a.uri === b.uri && a.username === b.username && a.password === b.password && a.guard === b.guard;
}
