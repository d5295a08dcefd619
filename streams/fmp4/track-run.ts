/** What the tracks of our files are called (ISO/IEC 14496-12, 8.3.2). */
export const VIDEO_TRACK = 1;
export const SOUND_TRACK = 2;

const WORDS = 3;
/** sample_depends_on and sample_is_non_sync_sample (ISO/IEC 14496-12, 8.8.3.1). */
const KEY_FLAGS = 0x02000000;
const DELTA_FLAGS = 0x01010000;

/** The samples of one track in one fragment, as the columns of its trun box. Used again from fragment to fragment. */
export class TrackRun {
  readonly trackId: number;
  /** Of the first sample, in ticks of its track. */
  decodeTime = 0;
  count = 0;
  /** Of all samples. */
  bytes = 0;
  /** Durations of all samples. */
  ticks = 0;
  #words = new Uint32Array(16 * WORDS);

  constructor(trackId: number) {
    this.trackId = trackId;
  }

  begin(decodeTime: number): void {
    this.decodeTime = decodeTime;
    this.count = this.bytes = this.ticks = 0;
  }

  add(bytes: number, key: boolean, duration = 0): void {
    const at = this.count * WORDS;
    if (at === this.#words.length) {
      const words = new Uint32Array(2 * at);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[at] = duration;
    this.#words[at + 1] = bytes;
    this.#words[at + 2] = key ? KEY_FLAGS : DELTA_FLAGS;
    this.count += 1;
    this.bytes += bytes;
    this.ticks += duration;
  }

  /** How long the newest sample lasts is known when the next one is there. */
  lastLasts(duration: number): void {
    if (this.count === 0) return;
    const at = (this.count - 1) * WORDS;
    this.ticks += duration - this.#words[at]!;
    this.#words[at] = duration;
  }

  /** Of its samples in a trun box. */
  get tableBytes(): number {
    return this.count * WORDS * 4;
  }

  /** Writes duration, size and flags of each sample; gives where they end. */
  writeTable(into: Buffer, at: number): number {
    for (let word = 0; word < this.count * WORDS; word += 1) at = into.writeUInt32BE(this.#words[word]!, at);
    return at;
  }
}
