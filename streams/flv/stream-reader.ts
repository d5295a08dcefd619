import type { Clock } from '#lib/clock.ts';
import { readAacConfig } from '../codec/aac.ts';
import { rulesOf } from '../codec/codec-rules.ts';
import type { StreamCodec } from '../access-unit.ts';
import { parseAvcC } from '../codec/h264.ts';
import { parseHvcC } from '../codec/h265.ts';
import { PictureBuilder } from '../codec/picture-builder.ts';
import { Timeline } from '../codec/timeline.ts';
import type { SourceSink } from '../source.ts';
import { FlvReader } from './flv-reader.ts';

export interface StreamReaderOptions {
  signal: AbortSignal;
  sink: SourceSink;
  clock: Clock;
  /** What is of use; anything else is `otherCodec`. */
  codecs: readonly StreamCodec[];
}

/** Sound farther from the newest picture than this belongs to no picture of now. */
const MAX_APART_MS = 5000;

/** Turns FLV into access units, and into sound. */
export class StreamReader {
  readonly #options: StreamReaderOptions;
  readonly #timeline = new Timeline(1000);
  readonly #flv: FlvReader;
  #builder: PictureBuilder | null = null;
  #codec: StreamCodec | null = null;
  #lengthBytes = 4;
  #hasSound = false;
  /** Of the newest picture: its time in FLV, and on our line. */
  #picturedAt: { flv: number; pts: number } | null = null;
  #lastSoundPts = Number.NEGATIVE_INFINITY;
  gavePictures = false;
  otherCodec = false;

  constructor(options: StreamReaderOptions) {
    this.#options = options;
    this.#flv = new FlvReader({
      config: (record, codec) => this.#config(record, codec),
      picture: (bytes, start, end, pts) => this.#picture(bytes, start, end, pts),
      otherCodec: () => (this.otherCodec = true),
      soundConfig: (description) => this.#soundConfig(description),
      sound: (bytes, start, end, pts) => this.#sound(bytes, start, end, pts),
    });
  }

  /** False when there is no use in reading on. */
  push(chunk: Buffer): boolean {
    return this.#options.signal.aborted || (this.#flv.push(chunk) && !this.otherCodec);
  }

  #config(record: Buffer, codec: StreamCodec): void {
    const { codecs, sink } = this.#options;
    if (!codecs.includes(codec)) return void (this.otherCodec = true);
    const parsed = codec === 'h264' ? parseAvcC(record) : parseHvcC(record);
    if (!parsed) return;
    this.#lengthBytes = parsed.lengthBytes;
    if (codec !== this.#codec) {
      this.#codec = codec;
      this.#builder = new PictureBuilder({ rules: rulesOf(codec), sink, announcedFps: null, parameterSets: [] });
    }
    for (const nal of parsed.sets) this.#builder!.nal(Buffer.from(nal), 0, nal.length);
  }

  #picture(bytes: Buffer, start: number, end: number, time: number): void {
    const builder = this.#builder;
    if (!builder) return;
    const { clock } = this.#options;
    let at = start;
    while (end - at > this.#lengthBytes) {
      const length = bytes.readUIntBE(at, this.#lengthBytes);
      at += this.#lengthBytes;
      if (length > end - at) break;
      builder.nal(bytes, at, at + length);
      at += length;
    }
    if (builder.hasPicture) this.gavePictures = true;
    const pts = this.#timeline.pts(time, clock.monotonic());
    this.#picturedAt = { flv: time, pts };
    builder.complete({ pts, wallclock: null, clockOffsetMs: null, receivedAt: clock.now() });
  }

  #soundConfig(description: Buffer): void {
    const config = readAacConfig(description);
    this.#hasSound = config !== null;
    if (config) this.#options.sink.soundFormat?.(config.format);
  }

  /** Sound lies as far from the newest picture as FLV says, whatever became of the line of the pictures. */
  #sound(bytes: Buffer, start: number, end: number, time: number): void {
    if (!this.#hasSound || !this.#picturedAt) return;
    const { flv, pts: picturePts } = this.#picturedAt;
    const distance = (time - flv) | 0;
    const pts = picturePts + distance;
    if (Math.abs(distance) > MAX_APART_MS || pts <= this.#lastSoundPts) return;
    this.#lastSoundPts = pts;
    const data = bytes.subarray(start, end);
    this.#options.sink.sound?.({ track: 'sound', pts, wallclock: null, receivedAt: this.#options.clock.now(), data });
  }
}
