import type { Clock } from '#lib/clock.ts';
import { rulesOf } from '../codec/codec-rules.ts';
import { parseAvcC } from '../codec/h264.ts';
import { PictureBuilder } from '../codec/picture-builder.ts';
import { Timeline } from '../codec/timeline.ts';
import type { SourceSink } from '../source.ts';
import { FlvReader } from './flv-reader.ts';

/** Turns ffmpeg's FLV into access units. */
export class PictureReader {
  readonly #builder: PictureBuilder;
  readonly #timeline = new Timeline(1000);
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #flv: FlvReader;
  #lengthBytes = 4;
  gavePictures = false;
  otherCodec = false;

  constructor(signal: AbortSignal, sink: SourceSink, clock: Clock) {
    this.#signal = signal;
    this.#clock = clock;
    this.#builder = new PictureBuilder({ rules: rulesOf('h264'), sink, announcedFps: null, parameterSets: [] });
    this.#flv = new FlvReader({
      config: (record) => this.#config(record),
      picture: (bytes, start, end, pts) => this.#picture(bytes, start, end, pts),
      otherCodec: () => (this.otherCodec = true),
    });
  }

  /** False when there is no use in reading on. */
  push(chunk: Buffer): boolean {
    return this.#signal.aborted || (this.#flv.push(chunk) && !this.otherCodec);
  }

  #config(record: Buffer): void {
    const parsed = parseAvcC(record);
    if (!parsed) return;
    this.#lengthBytes = parsed.lengthBytes;
    for (const { nal } of parsed.sets) this.#builder.nal(Buffer.from(nal), 0, nal.length);
  }

  #picture(bytes: Buffer, start: number, end: number, pts: number): void {
    let at = start;
    while (end - at > this.#lengthBytes) {
      const length = bytes.readUIntBE(at, this.#lengthBytes);
      at += this.#lengthBytes;
      if (length > end - at) break;
      this.#builder.nal(bytes, at, at + length);
      at += length;
    }
    if (this.#builder.hasPicture) this.gavePictures = true;
    const now = this.#clock.now();
    this.#builder.complete({ pts: this.#timeline.pts(pts, this.#clock.monotonic()), wallclock: null, receivedAt: now });
  }
}
