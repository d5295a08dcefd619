import type { TrackRun } from './track-run.ts';

const DEFAULT_BASE_IS_MOOF = 0x20000;
/** Data offset, and of each sample its duration, size and flags. */
const RUN_FLAGS = 0x701;
const BOX_BYTES = 8;
const MOVIE_HEADER_BYTES = 16;
/** traf, tfhd, tfdt and trun without its table. */
const TRACK_BYTES = BOX_BYTES + 16 + 20 + 20;
const PRODUCER_TIME_BYTES = 32;
/** Seconds from 1900 (NTP) to 1970 (Unix). */
const NTP_TO_UNIX = 2_208_988_800;

/** Of what `writeFragmentHead` writes for tracks with so many samples in all. */
export function fragmentHeadBytes(tracks: number, samples: number): number {
  return BOX_BYTES + MOVIE_HEADER_BYTES + tracks * TRACK_BYTES + 12 * samples + BOX_BYTES;
}

/**
 * Writes all of a movie fragment (ISO/IEC 14496-12, 8.8.4) but its data: a moof box and the header of the mdat box. Behind
 * it belong the samples of the first run, then those of the next. Runs without samples are left out. Gives where it ends.
 */
export function writeFragmentHead(into: Buffer, at: number, sequence: number, runs: readonly TrackRun[]): number {
  const start = at;
  const filled = runs.filter(({ count }) => count > 0);
  const samples = filled.reduce((sum, { count }) => sum + count, 0);
  const moofBytes = fragmentHeadBytes(filled.length, samples) - BOX_BYTES;
  at = begin(into, at, moofBytes, 'moof');
  at = words(into, begin(into, at, MOVIE_HEADER_BYTES, 'mfhd'), 0, sequence);
  let dataAt = moofBytes + BOX_BYTES;
  for (const run of filled) {
    at = begin(into, at, TRACK_BYTES + run.tableBytes, 'traf');
    at = words(into, begin(into, at, 16, 'tfhd'), DEFAULT_BASE_IS_MOOF, run.trackId);
    at = words(into, begin(into, at, 20, 'tfdt'), 2 ** 24, Math.floor(run.decodeTime / 2 ** 32), run.decodeTime >>> 0);
    at = words(into, begin(into, at, 20 + run.tableBytes, 'trun'), RUN_FLAGS, run.count, dataAt);
    at = run.writeTable(into, at);
    dataAt += run.bytes;
  }
  return begin(into, at, dataAt - (at - start), 'mdat');
}

/**
 * Writes when the picture at `decodeTime` was taken (producer reference time, 8.16.5): epoch ms as NTP time. Belongs before
 * the moof box.
 */
export function writeProducerTime(
  into: Buffer,
  at: number,
  trackId: number,
  epochMs: number,
  decodeTime: number,
): number {
  const seconds = Math.floor(epochMs / 1000);
  const fraction = Math.floor(((epochMs - seconds * 1000) / 1000) * 2 ** 32);
  at = words(into, begin(into, at, PRODUCER_TIME_BYTES, 'prft'), 2 ** 24, trackId);
  at = words(into, at, (seconds + NTP_TO_UNIX) % 2 ** 32, fraction);
  return words(into, at, Math.floor(decodeTime / 2 ** 32), decodeTime >>> 0);
}

/** Bytes of what `writeProducerTime` writes. */
export const producerTimeBytes = PRODUCER_TIME_BYTES;

function begin(into: Buffer, at: number, size: number, type: string): number {
  into.writeUInt32BE(size, at);
  into.write(type, at + 4, 'latin1');
  return at + BOX_BYTES;
}

function words(into: Buffer, at: number, a: number, b: number, c?: number): number {
  at = into.writeUInt32BE(a, at);
  at = into.writeUInt32BE(b, at);
  return c === undefined ? at : into.writeUInt32BE(c, at);
}
