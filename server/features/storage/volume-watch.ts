import type { ErrorCode } from '#contract/errors.ts';
import type { VolumeStatus } from '#contract/storage.ts';
import type { Clock } from '#lib/clock.ts';
import type { DiskReading } from './disk.ts';

const DISK_EVERY_MS = 5000;
/** A disk that has not answered for so long has failed. */
const ANSWER_WITHIN_MS = 10_000;
/** Writing a few bytes may take so long; that it takes longer three times in a row is no accident. */
const SLOW_MS = 2000;
const SLOW_READINGS = 3;

/** How a volume's disk is, without regard to what lies on it. */
export interface DiskState {
  status: Extract<VolumeStatus, 'ok' | 'slow' | 'away' | 'read-only' | 'failed'>;
  code: ErrorCode | null;
  detail: string | null;
  /** As last read; 0 before it ever was. */
  totalBytes: number;
  freeBytes: number;
}

export interface VolumeWatchDeps {
  clock: Clock;
  /** Looks at the disk; never rejects. */
  read: () => Promise<DiskReading>;
  onChange: (state: DiskState) => void;
  /** Between looks; five seconds where nothing is said. */
  everyMs?: number;
}

/** Looks at one volume again and again. One look at a time: a disk that hangs holds one thread, not all. */
export class VolumeWatch {
  readonly #deps: VolumeWatchDeps;
  #state: DiskState = { status: 'away', code: null, detail: null, totalBytes: 0, freeBytes: 0 };
  #looking: Promise<void> | null = null;
  #slowReadings = 0;
  #end: (() => void) | null = null;

  constructor(deps: VolumeWatchDeps) {
    this.#deps = deps;
  }

  get state(): DiskState {
    return this.#state;
  }

  /** Takes the first look; waits for it no longer than for any other. */
  async start(): Promise<void> {
    if (this.#end) return;
    this.#end = this.#deps.clock.every(this.#deps.everyMs ?? DISK_EVERY_MS, () => void this.look());
    await this.look();
  }

  stop(): void {
    this.#end?.();
    this.#end = null;
  }

  /** Looks now, or joins the look that is under way; over when the disk answers or has failed to. */
  look(): Promise<void> {
    this.#looking ??= this.#look();
    const { clock } = this.#deps;
    const looking = this.#looking;
    return new Promise((resolve) => {
      const cancel = clock.after(ANSWER_WITHIN_MS, resolve);
      void looking.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Somebody failed to use the disk: it counts as that until a look says else. */
  failed(state: Pick<DiskState, 'status' | 'code' | 'detail'>): void {
    this.#set({ ...this.#state, ...state });
    void this.look();
  }

  async #look(): Promise<void> {
    const { clock, read } = this.#deps;
    const since = clock.monotonic();
    const cancel = clock.after(ANSWER_WITHIN_MS, () =>
      this.#set({
        ...this.#state,
        status: 'failed',
        code: 'VOLUME_FAILED',
        detail: `no answer within ${ANSWER_WITHIN_MS / 1000} s`,
      }),
    );
    const reading = await read();
    cancel();
    this.#looking = null;
    this.#take(reading, clock.monotonic() - since);
  }

  #take(reading: DiskReading, tookMs: number): void {
    if (!reading.ok) {
      this.#slowReadings = 0;
      const { status, code, detail } = reading;
      return this.#set({ ...this.#state, status, code, detail });
    }
    const { totalBytes, freeBytes } = reading;
    this.#slowReadings = tookMs > SLOW_MS ? this.#slowReadings + 1 : 0;
    if (this.#slowReadings >= SLOW_READINGS) {
      const detail = `${(tookMs / 1000).toFixed(1)} s for a few bytes`;
      return this.#set({ status: 'slow', code: 'VOLUME_SLOW', detail, totalBytes, freeBytes });
    }
    this.#set({ status: 'ok', code: null, detail: null, totalBytes, freeBytes });
  }

  #set(state: DiskState): void {
    this.#state = state;
    this.#deps.onChange(state);
  }
}
