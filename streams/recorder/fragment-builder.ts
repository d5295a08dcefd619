import type { AccessUnit, SoundFormat, SoundUnit } from '../access-unit.ts';
import { fragmentHeadBytes, producerTimeBytes, writeFragmentHead, writeProducerTime } from '../fmp4/fragment.ts';
import { TIMESCALE } from '../fmp4/init-segment.ts';
import { SOUND_TRACK, TrackRun, VIDEO_TRACK } from '../fmp4/track-run.ts';
import type { BufferPool } from '../buffer-pool.ts';

/** In one fragment at most; 0.4 s of the fastest cameras is a third of it. */
const MOST_PICTURES = 64;
/** Sound that comes while no picture does, beyond this, is left out. */
const MOST_SOUNDS = 128;
const HEAD_ROOM = producerTimeBytes + fragmentHeadBytes(2, MOST_PICTURES + MOST_SOUNDS);
/** Sound whose time is off by more than this is put anew; less is the unrest of its arrival. */
const SOUND_SLIP_MS = 100;
const AAC_FRAME = 1024;

/** Bytes of one fragment, in a buffer of the pool that must be given back. */
export interface Fragment {
  readonly bytes: Buffer;
  readonly buffer: Buffer;
  readonly frames: number;
  /** Of its first picture, since the first of the run; and how long its pictures last. */
  readonly startTicks: number;
  readonly ticks: number;
}

/**
 * Gathers pictures and sound of one run into fragments. Each byte is copied once, behind the place of the fragment's head,
 * so that a fragment is one write.
 */
export class FragmentBuilder {
  readonly #pool: BufferPool;
  readonly #sound: SoundFormat | null;
  /** `pts` of the first picture of the run. */
  readonly #base: number;
  readonly #pictures = new TrackRun(VIDEO_TRACK);
  readonly #sounds = new TrackRun(SOUND_TRACK);
  #buffer: Buffer | null = null;
  #at = HEAD_ROOM;
  /** Room that the fragment before took: the next one is about as large, and need not be copied as it grows. */
  #usual = 0;
  #soundBytes = Buffer.alloc(0);
  #sequence = 0;
  #startedAt = 0;
  #lastTicks = 0;
  #lastDuration: number;
  #nextSound: number | null = null;

  constructor({
    pool,
    sound,
    base,
    fps,
  }: {
    pool: BufferPool;
    sound: SoundFormat | null;
    base: number;
    fps: number | null;
  }) {
    this.#pool = pool;
    this.#sound = sound;
    this.#base = base;
    this.#lastDuration = Math.round(TIMESCALE / (fps ?? 25));
  }

  /** Pictures in it. */
  get count(): number {
    return this.#pictures.count;
  }

  get isFull(): boolean {
    return this.#pictures.count >= MOST_PICTURES;
  }

  /** Of a picture of this run, in ticks since its first. */
  ticksOf({ pts }: AccessUnit): number {
    return Math.round(((pts - this.#base) * TIMESCALE) / 1000);
  }

  /** Of the picture in work, ticks since the fragment began. */
  ticksSince(unit: AccessUnit): number {
    return this.count === 0 ? 0 : this.ticksOf(unit) - this.#pictures.decodeTime;
  }

  /** A picture follows: how long the one before lasts is known now. Said before it is added, or the fragment closed. */
  follow(unit: AccessUnit): void {
    if (this.count === 0) return;
    this.#lastDuration = Math.max(1, this.ticksOf(unit) - this.#lastTicks);
    this.#pictures.lastLasts(this.#lastDuration);
  }

  /** `takenAt`: epoch ms. */
  picture(unit: AccessUnit, takenAt: number): void {
    const ticks = this.ticksOf(unit);
    if (this.count === 0) {
      this.#pictures.begin(ticks);
      this.#startedAt = takenAt;
    }
    // Until the next one is there, it lasts as long as the one before.
    this.#pictures.add(unit.data.length, unit.key, this.#lastDuration);
    this.#lastTicks = ticks;
    this.#append(unit.data);
  }

  /** When its first picture was taken is known better now, epoch ms. */
  startsAt(takenAt: number): void {
    this.#startedAt = takenAt;
  }

  sound({ pts, data }: SoundUnit): void {
    const format = this.#sound;
    if (!format || this.#sounds.count >= MOST_SOUNDS) return;
    const at = Math.round(((pts - this.#base) * format.sampleRate) / 1000);
    if (at < 0) return;
    const slip = (SOUND_SLIP_MS * format.sampleRate) / 1000;
    const decodeTime = this.#nextSound !== null && Math.abs(at - this.#nextSound) < slip ? this.#nextSound : at;
    if (this.#sounds.count === 0) this.#sounds.begin(decodeTime);
    // Within a fragment sound has no holes: what came late is played on time from the next one on.
    const duration = format.codec === 'aac' ? AAC_FRAME : Math.max(1, Math.floor(data.length / format.channels));
    this.#keepSound(data);
    this.#sounds.add(data.length, true, duration);
    this.#nextSound = decodeTime + duration;
  }

  /** All that was gathered; begin anew. Only with a picture in it. */
  close(): Fragment {
    const sounds = this.#sounds;
    this.#append(this.#soundBytes.subarray(0, sounds.bytes));
    const { decodeTime: startTicks, ticks, count: frames } = this.#pictures;
    const buffer = this.#buffer!;
    const runs = [this.#pictures, sounds];
    const tracks = sounds.count > 0 ? 2 : 1;
    const start = HEAD_ROOM - producerTimeBytes - fragmentHeadBytes(tracks, frames + sounds.count);
    this.#sequence += 1;
    const at = writeProducerTime(buffer, start, VIDEO_TRACK, this.#startedAt, startTicks);
    writeFragmentHead(buffer, at, this.#sequence, runs);
    const bytes = buffer.subarray(start, this.#at);
    this.#usual = this.#at;
    this.#buffer = null;
    this.#at = HEAD_ROOM;
    this.#pictures.begin(0);
    sounds.begin(0);
    return { bytes, buffer, startTicks, ticks, frames };
  }

  /** What is in it is not wanted. */
  discard(): void {
    if (this.#buffer) this.#pool.give(this.#buffer);
    this.#buffer = null;
    this.#pictures.begin(0);
    this.#sounds.begin(0);
  }

  #append(data: Buffer): void {
    const end = this.#at + data.length;
    this.#buffer = this.#buffer
      ? this.#pool.grow(this.#buffer, this.#at, end)
      : this.#pool.take(Math.max(end, this.#usual));
    data.copy(this.#buffer, this.#at);
    this.#at = end;
  }

  #keepSound(data: Buffer): void {
    const end = this.#sounds.bytes + data.length;
    if (end > this.#soundBytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(4096, 2 * end));
      this.#soundBytes.copy(larger, 0, 0, this.#sounds.bytes);
      this.#soundBytes = larger;
    }
    data.copy(this.#soundBytes, this.#sounds.bytes);
  }
}
