import type { StreamHealth } from '#contract/camera-health.ts';
import type { StreamStatus } from '#contract/cameras.ts';
import type { AccessUnit } from './access-unit.ts';
import type { LinkReport } from './source.ts';

/** How long what the gauges show is averaged over, in the time of the stream. */
const RECENT_MS = 10_000;

export type MeterReading = Omit<StreamHealth, 'cameraId' | 'role' | 'at' | 'status' | 'source'>;

/** What the gauges show: the last whole stretch of about ten seconds. */
export type RecentReading = Pick<
  StreamHealth,
  'fps' | 'kbps' | 'lossRatio' | 'jitterMs' | 'keyIntervalSec' | 'clockOffsetMs'
>;

interface Tally {
  units: number;
  bytes: number;
  expected: number;
  lost: number;
  /** The longest between two key units that ended in this stretch. */
  keyIntervalMs: number | null;
}

const emptyTally = (): Tally => ({ units: 0, bytes: 0, expected: 0, lost: 0, keyIntervalMs: null });

/** Measures one stream as it passes: additions a picture, divisions only when somebody asks. */
export class StreamMeter {
  #asked = emptyTally();
  #dropped = 0;
  #losses = 0;
  #jitterMs: number | null = null;
  #clockOffsetMs: number | null = null;
  #lastKeyPts: number | null = null;
  #lastPts: number | null = null;

  #window = emptyTally();
  #windowStart: number | null = null;
  #recent: RecentReading | null = null;

  #status: StreamStatus = 'idle';
  #countedTo = 0;
  #liveMs = 0;
  #neededMs = 0;

  unit({ key, pts, data }: AccessUnit): void {
    if (this.#windowStart === null) this.#windowStart = pts;
    else if (pts - this.#windowStart >= RECENT_MS) this.#turnWindow(pts);
    for (const tally of [this.#asked, this.#window]) {
      tally.units += 1;
      tally.bytes += data.length;
    }
    this.#lastPts = pts;
    if (key) this.#key(pts);
  }

  dropped(): void {
    this.#dropped += 1;
  }

  link({ expected, lost, jitterMs, clockOffsetMs }: LinkReport): void {
    for (const tally of [this.#asked, this.#window]) {
      tally.expected += expected;
      tally.lost += lost;
    }
    this.#jitterMs = jitterMs;
    this.#clockOffsetMs = clockOffsetMs;
  }

  /** The stream has this status from `now` (monotonic ms) on. */
  turned(status: StreamStatus, now: number): void {
    this.#countTo(now);
    if (status === 'lost' && this.#status !== 'lost') this.#losses += 1;
    this.#status = status;
    if (status === 'live') return;
    this.#recent = null;
    this.#window = emptyTally();
    this.#windowStart = this.#lastKeyPts = this.#lastPts = this.#jitterMs = this.#clockOffsetMs = null;
  }

  /** Null while there is nothing to show. */
  get recent(): RecentReading | null {
    return this.#recent;
  }

  /** What happened since this was last asked. */
  take(now: number): MeterReading {
    this.#countTo(now);
    const { units, bytes, expected, lost, keyIntervalMs } = this.#asked;
    const liveSec = this.#liveMs / 1000;
    const measured = units > 0 && liveSec > 0;
    const reading: MeterReading = {
      fps: measured ? units / liveSec : null,
      kbps: measured ? (bytes * 8) / 1000 / liveSec : null,
      keyIntervalSec: seconds(keyIntervalMs ?? this.#openKeyInterval()),
      lossRatio: expected > 0 ? lost / expected : null,
      jitterMs: this.#jitterMs,
      clockOffsetMs: this.#clockOffsetMs,
      dropped: this.#dropped,
      losses: this.#losses,
      uptime: this.#neededMs > 0 ? this.#liveMs / this.#neededMs : null,
    };
    this.#asked = emptyTally();
    this.#dropped = this.#losses = this.#liveMs = this.#neededMs = 0;
    return reading;
  }

  #countTo(now: number): void {
    const passed = Math.max(0, now - this.#countedTo);
    this.#countedTo = now;
    if (this.#status !== 'idle') this.#neededMs += passed;
    if (this.#status === 'live') this.#liveMs += passed;
  }

  #key(pts: number): void {
    if (this.#lastKeyPts !== null) {
      const interval = pts - this.#lastKeyPts;
      for (const tally of [this.#asked, this.#window]) {
        tally.keyIntervalMs = Math.max(tally.keyIntervalMs ?? 0, interval);
      }
    }
    this.#lastKeyPts = pts;
  }

  /** Where no interval ended: the one under way says at least that much. */
  #openKeyInterval(): number | null {
    return this.#lastKeyPts === null || this.#lastPts === null ? null : this.#lastPts - this.#lastKeyPts;
  }

  #turnWindow(pts: number): void {
    const { units, bytes, expected, lost, keyIntervalMs } = this.#window;
    const spanSec = (pts - this.#windowStart!) / 1000;
    this.#recent = {
      fps: units / spanSec,
      kbps: (bytes * 8) / 1000 / spanSec,
      lossRatio: expected > 0 ? lost / expected : null,
      jitterMs: this.#jitterMs,
      keyIntervalSec: seconds(keyIntervalMs ?? this.#openKeyInterval()),
      clockOffsetMs: this.#clockOffsetMs,
    };
    this.#window = emptyTally();
    this.#windowStart = pts;
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
