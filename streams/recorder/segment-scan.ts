import type { FileHandle } from 'node:fs/promises';
import type { SoundCodec, StreamCodec } from '../access-unit.ts';
import { boxesIn, boxesOf, findBox, readPlace } from '../fmp4/box-reader.ts';
import { TIMESCALE } from '../fmp4/init-segment.ts';
import { VIDEO_TRACK } from '../fmp4/track-run.ts';
import { STEP_MS } from './picture-clock.ts';
import { readNote, type SegmentNote } from './segment-note.ts';

/** What a file of footage tells, up to its last whole fragment. */
export interface SegmentScan {
  /** Up to there it is whole. */
  readonly wholeBytes: number;
  readonly initBytes: number;
  readonly frames: number;
  /** By the time that each of its fragments tells, epoch ms: the earliest is the truest, see `PictureClock`. */
  readonly startedAt: number;
  readonly lastsMs: number;
  readonly startTicks: number;
  readonly note: SegmentNote | null;
  readonly codec: StreamCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number | null;
  readonly sound: SoundCodec | null;
}

/** A head or a table of samples; the recorder's are a hundredth of it. */
const MOST_BYTES = 1024 * 1024;
const NTP_TO_UNIX = 2_208_988_800;

/** Reads heads and tables of a file, no pictures. Null where not even one fragment is whole. */
export async function scanSegment(file: FileHandle): Promise<SegmentScan | null> {
  let init: ({ bytes: number } & Movie) | null = null;
  let note: SegmentNote | null = null;
  let producedAt: number | null = null;
  let fragment: { frames: number; startTicks: number; ticks: number } | null = null;
  let first: { startedAt: number; startTicks: number } | null = null;
  const whole = { bytes: 0, frames: 0, endTicks: 0 };
  for await (const place of boxesOf(file)) {
    if (place.type === 'mdat') {
      if (!fragment || producedAt === null) break;
      first ??= { startedAt: producedAt, startTicks: fragment.startTicks };
      const startedAt = producedAt - ((fragment.startTicks - first.startTicks) * 1000) / TIMESCALE;
      // what is earlier by a second is a clock that was set
      if (startedAt < first.startedAt && first.startedAt - startedAt < STEP_MS) first.startedAt = startedAt;
      whole.bytes = place.end;
      whole.frames += fragment.frames;
      whole.endTicks = fragment.startTicks + fragment.ticks;
      fragment = producedAt = null;
      continue;
    }
    if (place.end - place.start > MOST_BYTES) break;
    const bytes = await readPlace(file, place);
    if (place.type === 'moov') {
      const movie = readMovie(bytes);
      init = movie && { bytes: place.end, ...movie };
    } else if (place.type === 'uuid') note ??= readNote(bytes.subarray(8));
    else if (place.type === 'prft') producedAt = readProducerTime(bytes);
    else if (place.type === 'moof') fragment = readFragment(bytes);
  }
  if (!init || !first) return null;
  const { bytes: initBytes, ...movie } = init;
  const seconds = (whole.endTicks - first.startTicks) / TIMESCALE;
  return {
    ...movie,
    ...first,
    initBytes,
    note,
    wholeBytes: whole.bytes,
    frames: whole.frames,
    lastsMs: seconds * 1000,
    fps: seconds > 0 ? Math.round((whole.frames / seconds) * 100) / 100 : null,
  };
}

type Movie = Pick<SegmentScan, 'codec' | 'width' | 'height' | 'sound'>;

const entries: Readonly<Record<string, { codec: StreamCodec } | { sound: SoundCodec }>> = {
  avc1: { codec: 'h264' },
  hvc1: { codec: 'h265' },
  mp4a: { sound: 'aac' },
  ulaw: { sound: 'ulaw' },
  alaw: { sound: 'alaw' },
};

function readMovie(moov: Buffer): Movie | null {
  let video: Pick<SegmentScan, 'codec' | 'width' | 'height'> | null = null;
  let sound: SoundCodec | null = null;
  for (const { type, start, end } of boxesIn(moov, 8)) {
    if (type !== 'trak') continue;
    const descriptions = findBox(moov, ['mdia', 'minf', 'stbl', 'stsd'], start + 8, end);
    const entry = descriptions && [...boxesIn(moov, descriptions.start + 16, descriptions.end)][0];
    const known = entry && entries[entry.type];
    if (!known) continue;
    if ('sound' in known) sound = known.sound;
    else {
      const width = moov.readUInt16BE(entry.start + 32);
      video = { codec: known.codec, width, height: moov.readUInt16BE(entry.start + 34) };
    }
  }
  return video && { ...video, sound };
}

/** NTP time (RFC 5905, 6) as epoch ms. */
function readProducerTime(prft: Buffer): number | null {
  if (prft.length < 24) return null;
  const seconds = prft.readUInt32BE(16);
  // Of the second era from 2036 on.
  const era = seconds < NTP_TO_UNIX ? 2 ** 32 : 0;
  return (seconds + era - NTP_TO_UNIX) * 1000 + (prft.readUInt32BE(20) / 2 ** 32) * 1000;
}

/** Of the track of pictures. */
function readFragment(moof: Buffer): { frames: number; startTicks: number; ticks: number } | null {
  for (const { type, start, end } of boxesIn(moof, 8)) {
    if (type !== 'traf') continue;
    const header = findBox(moof, ['tfhd'], start + 8, end);
    const time = findBox(moof, ['tfdt'], start + 8, end);
    const run = findBox(moof, ['trun'], start + 8, end);
    if (!header || !time || !run || moof.readUInt32BE(header.start + 12) !== VIDEO_TRACK) continue;
    const frames = moof.readUInt32BE(run.start + 12);
    if (run.end - run.start !== 20 + 12 * frames) return null;
    let ticks = 0;
    for (let i = 0; i < frames; i += 1) ticks += moof.readUInt32BE(run.start + 20 + 12 * i);
    return { frames, startTicks: Number(moof.readBigUInt64BE(time.start + 12)), ticks };
  }
  return null;
}
