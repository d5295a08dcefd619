import { box, fullBox, u16, u32 } from '../fmp4/box.ts';
import type { TrackFacts } from './init-facts.ts';
import type { SampleTable } from './sample-table.ts';

/** Ticks a second of the movie: as of our pictures, so that edits fall on them exactly. */
export const MOVIE_TIMESCALE = 90_000;

/** One track of a movie that is whole: what it holds, and which of it is shown. */
export interface MovieTrack {
  facts: TrackFacts;
  table: SampleTable;
  /** Of its media that nobody sees at its beginning, in ticks of the track: decoded, as what follows needs it. */
  skip: number;
  /** Ticks of the movie until it begins. */
  delay: number;
}

/** ftyp for a file that any player opens. */
export const fileType = (): Buffer => box('ftyp', Buffer.from('isom'), u32(0x200), Buffer.from('isomiso2mp41'));

/**
 * The moov box (ISO/IEC 14496-12, 8.2.1) of a file that is not fragmented. `takenAt`: epoch ms of what it begins with, as its
 * time of creation. Where the data begins depends on how long this box is, which does not depend on it: so it may be built twice.
 */
export function movieHeader(tracks: readonly MovieTrack[], takenAt: number, dataAt: number): Buffer {
  const created = Math.floor(takenAt / 1000) + SECONDS_1904_TO_1970;
  const duration = Math.max(...tracks.map((track) => track.delay + shown(track)));
  const head = fullBox(
    'mvhd',
    1,
    0,
    u64(created, created),
    u32(MOVIE_TIMESCALE),
    u64(duration),
    u32(0x10000),
    u16(0x100, 0),
    u32(0, 0),
    UNITY_MATRIX,
    Buffer.alloc(24),
    u32(tracks.length + 1),
  );
  return box('moov', head, ...tracks.map((track, i) => trackBox(track, i + 1, created, dataAt)));
}

const SECONDS_1904_TO_1970 = 2_082_844_800;
const UNITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const UNDETERMINED_LANGUAGE = 0x55c4;

/** Ticks of the movie that the track is seen or heard. */
function shown({ facts, table, skip }: MovieTrack): number {
  return Math.max(0, Math.round(((table.end - table.begin - skip) * MOVIE_TIMESCALE) / facts.timescale));
}

function trackBox(track: MovieTrack, id: number, created: number, dataAt: number): Buffer {
  const { facts, table, delay } = track;
  const header = fullBox(
    'tkhd',
    1,
    3,
    u64(created, created),
    u32(id, 0),
    u64(delay + shown(track)),
    u32(0, 0),
    u16(0, 0, facts.kind === 'sound' ? 0x100 : 0, 0),
    UNITY_MATRIX,
    u32(facts.width * 0x10000, facts.height * 0x10000),
  );
  const mediaHeader = fullBox(
    'mdhd',
    1,
    0,
    u64(created, created),
    u32(facts.timescale),
    u64(table.end - table.begin),
    u16(UNDETERMINED_LANGUAGE, 0),
  );
  const samples = box('stbl', facts.sampleDescription, table.boxes(dataAt));
  const information = box('minf', facts.mediaHeader, facts.dataInformation, samples);
  return box('trak', header, ...editList(track), box('mdia', mediaHeader, facts.handler, information));
}

/** 8.6.6: an empty edit for what begins later, then the media from where it is shown. */
function editList(track: MovieTrack): Buffer[] {
  if (track.skip === 0 && track.delay === 0) return [];
  const edit = (duration: number, mediaTime: number) => Buffer.concat([u64(duration, mediaTime), u16(1, 0)]);
  const edits = [...(track.delay > 0 ? [edit(track.delay, -1)] : []), edit(shown(track), track.skip)];
  return [box('edts', fullBox('elst', 1, 0, u32(edits.length), ...edits))];
}

function u64(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(8 * values.length);
  values.forEach((value, i) => bytes.writeBigInt64BE(BigInt(value), 8 * i));
  return bytes;
}
