import type { FileHandle } from 'node:fs/promises';
import { box, fullBox, u32 } from '../fmp4/box.ts';
import { readAt, type FileIndex, type Sample, type TrackFragment } from './file-index.ts';
import type { TrackFacts } from './init-facts.ts';

/** A key picture, and how long it stands when only key pictures are shown. */
export interface KeyPicture extends Sample {
  /** Of the fragment that shows it alone, without its data. */
  head: Buffer;
}

/** All samples of the track in their order. */
export function samplesOf({ fragments }: Pick<FileIndex, 'fragments'>, { id }: TrackFacts): Sample[] {
  const ofTrack = (tracks: TrackFragment[]) => tracks.find(({ trackId }) => trackId === id)?.samples ?? [];
  return fragments.flatMap(ofTrack);
}

/** The key pictures of a file, each to last until the next or the end of the file. */
export function keyPictures(pictures: readonly Sample[], trackId: number): KeyPicture[] {
  const keys = pictures.filter(({ key }) => key);
  const last = pictures.at(-1);
  const end = last ? last.decodeTime + last.duration : 0;
  return keys.map((key, i) => {
    const shown = { ...key, duration: (keys[i + 1]?.decodeTime ?? end) - key.decodeTime };
    return { ...shown, head: fragmentHead(i + 1, trackId, [shown]) };
  });
}

/** A file read from a key picture on: what goes first, and from which of its bytes on the rest follows as it is. */
export interface Beginning {
  head: Buffer[];
  rest: number;
}

/**
 * Begins with the last key picture at or before `at`, in ticks of its track. The fragment that it lies in is written anew, as
 * pictures before it would have nothing to build on.
 */
export async function beginWithKey(
  handle: FileHandle,
  { fragments, initBytes }: FileIndex,
  { init, picture, sound, at }: { init: Buffer; picture: TrackFacts; sound: TrackFacts | null; at: number },
): Promise<Beginning> {
  const key = samplesOf({ fragments }, picture).findLast((sample) => sample.key && sample.decodeTime <= at);
  const fragment = fragments.find((tracks) => tracks.some(({ samples }) => key && samples.includes(key)));
  if (!key || !fragment || fragment === fragments[0]) return { head: [init], rest: initBytes };
  const head = [init];
  for (const track of [picture, sound]) {
    if (!track) continue;
    const begin = (key.decodeTime * track.timescale) / picture.timescale;
    const samples = samplesOf({ fragments: [fragment] }, track).filter(({ decodeTime }) => decodeTime >= begin);
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last) continue;
    const bytes = last.offset + last.bytes - first.offset;
    head.push(fragmentHead(1, track.id, samples), await readAt(handle, first.offset, bytes));
  }
  const ends = fragment.flatMap(({ samples }) => samples.map(({ offset, bytes }) => offset + bytes));
  return { head, rest: Math.max(...ends) };
}

/** sample_depends_on and sample_is_non_sync_sample (ISO/IEC 14496-12, 8.8.3.1). */
const KEY_FLAGS = 0x02000000;
const DELTA_FLAGS = 0x01010000;
const DEFAULT_BASE_IS_MOOF = 0x20000;
const RUN_FLAGS = 0x701;
const DATA_HEAD_BYTES = 8;

/** All of a movie fragment (8.8.4) but its data, for samples of one track. */
export function fragmentHead(sequence: number, trackId: number, samples: readonly Sample[]): Buffer {
  const time = Buffer.allocUnsafe(8);
  time.writeBigUInt64BE(BigInt(samples[0]?.decodeTime ?? 0));
  const table = u32(...samples.flatMap(({ duration, bytes, key }) => [duration, bytes, key ? KEY_FLAGS : DELTA_FLAGS]));
  const moof = box(
    'moof',
    fullBox('mfhd', 0, 0, u32(sequence)),
    box(
      'traf',
      fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(trackId)),
      fullBox('tfdt', 1, 0, time),
      fullBox('trun', 0, RUN_FLAGS, u32(samples.length, 0), table),
    ),
  );
  // the table is the last of the moof: the offset of the data stands just before it
  moof.writeUInt32BE(moof.length + DATA_HEAD_BYTES, moof.length - table.length - 4);
  const dataBytes = samples.reduce((sum, { bytes }) => sum + bytes, 0);
  return Buffer.concat([moof, u32(DATA_HEAD_BYTES + dataBytes), Buffer.from('mdat')]);
}
