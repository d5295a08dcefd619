import { Counter, Histogram, type Registry } from 'prom-client';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { AccessUnit, StreamCodec, StreamFormat } from '../access-unit.ts';
import type { Hub, HubState, Viewer } from '../hub.ts';
import { annexB } from './annex-b.ts';
import { KeyPictureDecoder, type Decoded } from './decoder.ts';
import type { Picture } from './picture.ts';

/** A golden share of the interval: however many cameras come and go, their looks lie apart. */
const GOLDEN = 0.618034;
/** A camera whose pictures break the decoder waits this many looks, twice as many each time. */
const MAX_PENANCE = 64;
/** Looks that wait for the decoder; with more the machine is too slow, and they are left out. */
const MAX_WAITING = 200;

export interface Look {
  cameraId: string;
  at: number;
  /** Lent for the call: the next picture is written over it. */
  picture: Picture;
}

export interface LookerOptions {
  /** Where the sub stream of a camera is watched. */
  hubOf: (cameraId: string) => Hub | undefined;
  clock: Clock;
  log: Logger;
  ffmpegPath: string;
  intervalMs: number;
  /** Must not throw. */
  onLook: (look: Look) => void;
  /** There was nothing to look at: the stream is away, or its pictures cannot be decoded. */
  onMiss: (cameraId: string) => void;
  metrics?: Registry | undefined;
}

/**
 * Looks at each camera once an interval: the newest key picture of its sub stream, if there is a new one. It watches as
 * any viewer does, so that nothing is pulled twice, keeps the newest key unit and nothing else, and decodes one picture
 * at a time.
 */
export class Looker {
  readonly #options: LookerOptions;
  readonly #seats = new Map<string, Seat>();
  readonly #decoders: Record<StreamCodec, KeyPictureDecoder>;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #tally: Tally;
  #working: Promise<void> | null = null;
  #started = false;
  #placed = 0;

  constructor(options: LookerOptions) {
    this.#options = options;
    this.#decoders = {
      h264: new KeyPictureDecoder({ ...options, codec: 'h264' }),
      h265: new KeyPictureDecoder({ ...options, codec: 'h265' }),
    };
    this.#tally = new Tally(options.metrics);
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const [cameraId, seat] of this.#seats) this.#begin(cameraId, seat);
  }

  async stop(): Promise<void> {
    this.#started = false;
    for (const seat of this.#seats.values()) seat.leave();
    await Promise.all(Object.values(this.#decoders).map((decoder) => decoder.stop()));
    await this.#working;
  }

  add(cameraId: string): void {
    if (this.#seats.has(cameraId)) return;
    const seat = new Seat();
    this.#seats.set(cameraId, seat);
    if (this.#started) this.#begin(cameraId, seat);
  }

  remove(cameraId: string): void {
    this.#seats.get(cameraId)?.leave();
    this.#seats.delete(cameraId);
  }

  /** The newest key picture, decoded now; null where there is none. */
  present(cameraId: string): Promise<Picture | null> {
    const coded = this.#seats.get(cameraId)?.newest();
    if (!coded || this.#waiting.length >= MAX_WAITING) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#queue(async () => {
        const decoded = await this.#decode(coded);
        resolve('picture' in decoded ? decoded.picture : null);
      });
    });
  }

  /** The decoders' processes, for measuring. */
  get pids(): number[] {
    return Object.values(this.#decoders).flatMap(({ pid }) => pid ?? []);
  }

  #begin(cameraId: string, seat: Seat): void {
    const { clock, intervalMs } = this.#options;
    this.#placed += 1;
    const phase = (this.#placed * GOLDEN) % 1;
    this.#sit(cameraId, seat);
    seat.cancel = clock.after(phase * intervalMs, () => {
      this.#due(cameraId, seat);
      seat.cancel = clock.every(intervalMs, () => this.#due(cameraId, seat));
    });
  }

  #sit(cameraId: string, seat: Seat): void {
    const hub = seat.isSeated ? undefined : this.#options.hubOf(cameraId);
    if (hub) seat.join(hub);
  }

  #due(cameraId: string, seat: Seat): void {
    this.#sit(cameraId, seat);
    if (!seat.isLive) return this.#options.onMiss(cameraId);
    if (seat.penance > 0) {
      seat.penance -= 1;
      return;
    }
    if (!seat.isFresh) return;
    if (seat.isWaiting || this.#waiting.length >= MAX_WAITING) return this.#skip(cameraId);
    const coded = seat.take();
    if (!coded) return this.#options.onMiss(cameraId);
    seat.isWaiting = true;
    this.#queue(() => this.#look(cameraId, seat, coded));
  }

  #skip(cameraId: string): void {
    this.#tally.count('skipped');
    this.#options.log.warn({ camera: cameraId }, 'a look was left out: this machine is behind');
  }

  async #look(cameraId: string, seat: Seat, coded: Coded): Promise<void> {
    const { clock, log, onLook, onMiss } = this.#options;
    const began = clock.monotonic();
    const decoded = await this.#decode(coded);
    seat.isWaiting = false;
    if (!this.#started || this.#seats.get(cameraId) !== seat) return;
    if ('picture' in decoded) {
      seat.failures = 0;
      onLook({ cameraId, at: clock.now(), picture: decoded.picture });
      this.#decoders[coded.codec].giveBack(decoded.picture);
      this.#tally.count('looked');
      return this.#tally.took((clock.monotonic() - began) / 1000);
    }
    this.#tally.count(decoded.failed);
    // Most broken pictures are one of a kind; what ends the decoder time and again must not slow down all others.
    if (decoded.failed === 'broken') seat.penance = Math.min(MAX_PENANCE, 2 ** seat.failures);
    seat.failures += 1;
    if (seat.failures === 1) log.info({ camera: cameraId, ...decoded }, 'a key picture could not be decoded');
    onMiss(cameraId);
  }

  async #decode({ codec, bytes }: Coded): Promise<Decoded> {
    if (!this.#started) return { failed: 'broken', detail: 'stopped' };
    return this.#decoders[codec].decode(bytes);
  }

  #queue(work: () => Promise<void>): void {
    this.#waiting.push(work);
    this.#working ??= this.#drain().finally(() => (this.#working = null));
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await next();
  }
}

interface Coded {
  codec: StreamCodec;
  bytes: Buffer;
}

/** The place from which one camera is watched. */
class Seat implements Viewer {
  cancel: (() => void) | null = null;
  isWaiting = false;
  failures = 0;
  penance = 0;
  #leave: (() => void) | null = null;
  #format: StreamFormat | null = null;
  /** The newest key unit, and the bytes that each of them is copied into. */
  #unit: AccessUnit | null = null;
  #bytes = Buffer.alloc(0);
  #isFresh = false;
  #isLive = false;

  get isSeated(): boolean {
    return this.#leave !== null;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Whether a key unit came since the last look. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  join(hub: Hub): void {
    this.#leave = hub.join(this);
  }

  leave(): void {
    this.cancel?.();
    this.cancel = null;
    this.#leave?.();
    this.#forget();
  }

  newest(): Coded | null {
    const format = this.#format;
    const bytes = format && this.#unit ? annexB(format, this.#unit) : null;
    return format && bytes ? { codec: format.codec, bytes } : null;
  }

  take(): Coded | null {
    this.#isFresh = false;
    return this.newest();
  }

  onState({ status }: HubState): void {
    this.#isLive = status === 'live';
    if (!this.#isLive) this.#isFresh = false;
  }

  onFormat(format: StreamFormat): void {
    this.#format = format;
    this.#unit = null;
    this.#isFresh = false;
  }

  onUnit(unit: AccessUnit): void {
    if (!unit.key) return;
    const { length } = unit.data;
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(2 * length);
    unit.data.copy(this.#bytes);
    this.#unit = { ...unit, data: this.#bytes.subarray(0, length) };
    this.#isFresh = true;
  }

  onEnd(): void {
    this.#forget();
  }

  #forget(): void {
    this.#leave = null;
    this.#format = null;
    this.#unit = null;
    this.#isFresh = this.#isLive = false;
  }
}

type Result = 'looked' | 'skipped' | 'undecodable' | 'broken';

class Tally {
  readonly #looks: Counter<'result'> | null;
  readonly #seconds: Histogram | null;

  constructor(metrics: Registry | undefined) {
    const registers = metrics ? [metrics] : [];
    this.#looks = metrics
      ? new Counter({
          name: 'hallwatch_picture_looks_total',
          help: 'Looks at the pictures of cameras, by what came of them',
          labelNames: ['result'],
          registers,
        })
      : null;
    this.#seconds = metrics
      ? new Histogram({
          name: 'hallwatch_picture_look_seconds',
          help: 'Time to decode and judge one picture',
          buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
          registers,
        })
      : null;
  }

  count(result: Result): void {
    this.#looks?.inc({ result });
  }

  took(seconds: number): void {
    this.#seconds?.observe(seconds);
  }
}
