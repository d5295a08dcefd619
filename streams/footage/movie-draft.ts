import { u32 } from '../fmp4/box.ts';
import type { FileIndex, Sample, TrackFragment } from './file-index.ts';
import type { TrackFacts } from './init-facts.ts';
import { fileType, MOVIE_TIMESCALE, movieHeader, type MovieTrack } from './movie-header.ts';
import { SampleTable } from './sample-table.ts';

/** A file of footage as its row has it. Times are epoch ms. */
export interface FootagePart {
  path: string;
  run: string;
  number: number;
  startedAt: number;
  endedAt: number;
  /** Decode time of its first picture. */
  startTicks: number;
}

/** Which pictures of the files are wanted, epoch ms. */
export interface Cut {
  from: number;
  until: number;
  /** Begin with the first picture at or after `from`; otherwise with the key picture before it. */
  exact: boolean;
}

/** Bytes of a file that go into the movie. */
export interface Range {
  at: number;
  bytes: number;
}

const TICKS_PER_MS = MOVIE_TIMESCALE / 1000;
/** Head of an mdat box with its size in 64 bits. */
const DATA_HEAD_BYTES = 16;

/**
 * A movie that is being put together from files of footage: the tables of its samples, and which bytes of which file are to be
 * copied behind them. Within a run time goes by the media clock; a new run is put at its wall clock.
 */
export class MovieDraft {
  readonly #cut: Cut;
  readonly #picture: { facts: TrackFacts; table: SampleTable };
  readonly #sound: { facts: TrackFacts; table: SampleTable } | null;
  readonly copies: { path: string; ranges: Range[] }[] = [];
  /** Of pictures and sound. */
  dataBytes = 0;
  /** Epoch ms at tick 0 of the movie: its first picture, be it shown or not. */
  #origin = 0;
  /** What to add to a decode time of the present run. */
  #shift = 0;
  #run: string | null = null;
  /** Where what is shown begins; null before there is such a picture. */
  #shownFrom: number | null = null;

  constructor(cut: Cut, { picture, sound }: { picture: TrackFacts; sound: TrackFacts | null }) {
    this.#cut = cut;
    this.#picture = { facts: picture, table: new SampleTable() };
    this.#sound = sound && { facts: sound, table: new SampleTable() };
  }

  /** No picture is shown. */
  get isEmpty(): boolean {
    return this.#shownFrom === null;
  }

  /** Epoch ms of the first picture that is shown. */
  get from(): number {
    return this.#origin + (this.#shownFrom ?? 0) / TICKS_PER_MS;
  }

  /** Epoch ms of the end of the last picture. */
  get until(): number {
    return this.#origin + this.#picture.table.end / TICKS_PER_MS;
  }

  /** Adds what is wanted of the next file. */
  add(part: FootagePart, { fragments }: FileIndex): void {
    const pictures = fragments.map((tracks) => samplesOf(tracks, this.#picture.facts));
    const wallOf = ({ decodeTime }: Sample) => part.startedAt + (decodeTime - part.startTicks) / TICKS_PER_MS;
    const all = pictures.flat();
    const firstOfAll = this.#picture.table.count === 0;
    const first = firstOfAll
      ? (all.findLast((s) => s.key && wallOf(s) <= this.#cut.from) ?? all.find((s) => s.key))
      : all[0];
    if (!first) return;
    if (firstOfAll) this.#origin = wallOf(first);
    if (this.#run !== part.run) {
      const place = Math.round((wallOf(first) - this.#origin) * TICKS_PER_MS);
      this.#shift = Math.max(place, this.#picture.table.end) - first.decodeTime;
      this.#run = part.run;
    }
    const ranges: Range[] = [];
    fragments.forEach((tracks, i) => {
      const wanted = pictures[i]!.filter((s) => s.decodeTime >= first.decodeTime && wallOf(s) < this.#cut.until);
      const seen = wanted.find((s) => !this.#cut.exact || wallOf(s) >= this.#cut.from);
      if (seen) this.#shownFrom ??= seen.decodeTime + this.#shift;
      this.#take(this.#picture, wanted, this.#shift, ranges);
      this.#addSound(tracks, ranges);
    });
    this.copies.push({ path: part.path, ranges });
  }

  /** All of the file before its data. */
  head(): Buffer {
    const type = fileType();
    const build = (dataAt: number) => movieHeader(this.#tracks(), this.from, dataAt);
    const dataAt = type.length + build(0).length + DATA_HEAD_BYTES;
    const size = Buffer.allocUnsafe(8);
    size.writeBigUInt64BE(BigInt(DATA_HEAD_BYTES + this.dataBytes));
    return Buffer.concat([type, build(dataAt), u32(1), Buffer.from('mdat'), size]);
  }

  #tracks(): MovieTrack[] {
    const skip = this.#shownFrom ?? 0;
    const tracks: MovieTrack[] = [{ ...this.#picture, skip, delay: 0 }];
    if (this.#sound && this.#sound.table.count > 0) {
      const begin = Math.round((this.#sound.table.begin * MOVIE_TIMESCALE) / this.#sound.facts.timescale);
      tracks.push({ ...this.#sound, skip: 0, delay: Math.max(0, begin - skip) });
    }
    return tracks;
  }

  /** Sound that begins with what is shown, or after it. */
  #addSound(tracks: TrackFragment[], ranges: Range[]): void {
    if (!this.#sound || this.#shownFrom === null) return;
    const { facts, table } = this.#sound;
    const ticks = facts.timescale / MOVIE_TIMESCALE;
    const shift = Math.round(this.#shift * ticks);
    const from = Math.max(table.end, this.#shownFrom * ticks);
    const until = (this.#cut.until - this.#origin) * TICKS_PER_MS * ticks;
    const wanted = samplesOf(tracks, facts).filter(({ decodeTime }) => {
      return decodeTime + shift >= from && decodeTime + shift < until;
    });
    this.#take(this.#sound, wanted, shift, ranges);
  }

  /** Samples that lie one behind the other. */
  #take({ table }: { table: SampleTable }, samples: Sample[], shift: number, ranges: Range[]): void {
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last) return;
    table.beginChunk(this.dataBytes);
    for (const { decodeTime, bytes, key, duration } of samples) table.add(decodeTime + shift, bytes, key, duration);
    const bytes = last.offset + last.bytes - first.offset;
    const before = ranges.at(-1);
    if (before && before.at + before.bytes === first.offset) before.bytes += bytes;
    else ranges.push({ at: first.offset, bytes });
    this.dataBytes += bytes;
  }
}

function samplesOf(tracks: TrackFragment[], { id }: TrackFacts): Sample[] {
  return tracks.find(({ trackId }) => trackId === id)?.samples ?? [];
}
