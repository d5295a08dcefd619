import { fullBox, u32 } from '../fmp4/box.ts';

/** A column of numbers that grows; a day of pictures and sound is some millions of them. */
class Column {
  #values = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const wider = new Float64Array(2 * this.length);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  /** As words of 32 bits. */
  words(): Buffer {
    const bytes = Buffer.allocUnsafe(4 * this.length);
    for (let i = 0; i < this.length; i += 1) bytes.writeUInt32BE(this.#values[i]!, 4 * i);
    return bytes;
  }
}

/**
 * The samples of one track as a player finds them in a file that is not fragmented (ISO/IEC 14496-12, 8.6 and 8.7). How long
 * a sample lasts follows from when the next one begins: so the last picture before a gap stands until the first after it.
 */
export class SampleTable {
  readonly #times = new Column();
  readonly #sizes = new Column();
  /** Numbers of key samples, from 1. */
  readonly #keys = new Column();
  readonly #chunkOffsets = new Column();
  /** How many samples there were when each chunk began. */
  readonly #chunkBegins = new Column();
  #lastDuration = 0;

  get count(): number {
    return this.#times.length;
  }

  /** When the first sample begins, in ticks of the track; 0 where there is none. */
  get begin(): number {
    return this.count === 0 ? 0 : this.#times.at(0);
  }

  /** When the last sample ends. */
  get end(): number {
    return this.count === 0 ? 0 : this.#times.at(this.count - 1) + this.#lastDuration;
  }

  /** Samples that follow lie here one behind the other, counted from the first byte of the data. */
  beginChunk(offset: number): void {
    this.#chunkOffsets.push(offset);
    this.#chunkBegins.push(this.count);
  }

  /** `time`: not before that of the sample before. */
  add(time: number, bytes: number, key: boolean, duration: number): void {
    this.#times.push(time);
    this.#sizes.push(bytes);
    if (key) this.#keys.push(this.count);
    this.#lastDuration = duration;
  }

  /** The boxes of stbl but stsd. `dataAt`: where the data begins in the file. */
  boxes(dataAt: number): Buffer {
    const chunks = this.#chunkOffsets.length;
    const offsets = new Column();
    for (let i = 0; i < chunks; i += 1) {
      const at = this.#chunkOffsets.at(i) + dataAt;
      offsets.push(Math.floor(at / 2 ** 32));
      offsets.push(at % 2 ** 32);
    }
    const allAreKeys = this.#keys.length === this.count;
    return Buffer.concat([
      this.#timeToSample(),
      ...(allAreKeys ? [] : [fullBox('stss', 0, 0, u32(this.#keys.length), this.#keys.words())]),
      this.#sampleToChunk(),
      fullBox('stsz', 0, 0, u32(0, this.count), this.#sizes.words()),
      fullBox('co64', 0, 0, u32(chunks), offsets.words()),
    ]);
  }

  /** 8.6.1.2: how many samples beside each other last how long. */
  #timeToSample(): Buffer {
    const runs = new Column();
    for (let i = 0, from = 0; i < this.count; i += 1) {
      if (i + 1 < this.count && this.#durationOf(i + 1) === this.#durationOf(from)) continue;
      runs.push(i + 1 - from);
      runs.push(this.#durationOf(from));
      from = i + 1;
    }
    return fullBox('stts', 0, 0, u32(runs.length / 2), runs.words());
  }

  #durationOf(index: number): number {
    return index + 1 < this.count ? this.#times.at(index + 1) - this.#times.at(index) : this.#lastDuration;
  }

  /** 8.7.4: from which chunk on there are how many samples in each. */
  #sampleToChunk(): Buffer {
    const chunks = this.#chunkBegins.length;
    const countOf = (chunk: number) =>
      (chunk + 1 < chunks ? this.#chunkBegins.at(chunk + 1) : this.count) - this.#chunkBegins.at(chunk);
    const entries = new Column();
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      if (chunk > 0 && countOf(chunk) === countOf(chunk - 1)) continue;
      entries.push(chunk + 1);
      entries.push(countOf(chunk));
      entries.push(1);
    }
    return fullBox('stsc', 0, 0, u32(entries.length / 3), entries.words());
  }
}
