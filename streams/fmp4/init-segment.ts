import type { SoundFormat, StreamFormat } from '../access-unit.ts';
import { box, fullBox, u16, u32, u8 } from './box.ts';
import { SOUND_TRACK, VIDEO_TRACK } from './track-run.ts';

/** Ticks a second of our pictures: the clock of RTP video. Sound ticks at its sample rate. */
export const TIMESCALE = 90_000;

const UNITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

interface Track {
  id: number;
  timescale: number;
  width: number;
  height: number;
  volume: number;
  handler: 'vide' | 'soun';
  mediaHeader: Buffer;
  sampleEntry: Buffer;
}

/** The initialisation segment (ISO/IEC 14496-12, 8.16): a track of pictures and, where there is sound, one of that. */
export function initSegment(video: StreamFormat, sound: SoundFormat | null = null): Buffer {
  const tracks = [videoTrack(video), ...(sound ? [soundTrack(sound)] : [])];
  const defaults = tracks.map(({ id }) => fullBox('trex', 0, 0, u32(id, 1, 0, 0, 0)));
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6'), u32(0x200), Buffer.from('iso6isommp41')),
    box('moov', movieHeader(tracks.length + 1), ...tracks.map(trackBox), box('mvex', ...defaults)),
  ]);
}

/** What a player must be told before it gets the segment (RFC 6381). */
export function mimeTypeOf(video: StreamFormat, sound: SoundFormat | null = null): string {
  const codecs = [video.codecString, ...(sound ? [sound.codecString] : [])];
  return `video/mp4; codecs="${codecs.join(',')}"`;
}

function movieHeader(nextTrack: number): Buffer {
  return fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, TIMESCALE, 0, 0x10000),
    u16(0x100, 0),
    u32(0, 0),
    UNITY_MATRIX,
    Buffer.alloc(24),
    u32(nextTrack),
  );
}

function videoTrack(format: StreamFormat): Track {
  const { width, height } = format;
  const mediaHeader = fullBox('vmhd', 0, 1, Buffer.alloc(8));
  const sampleEntry = visualSampleEntry(format);
  return { id: VIDEO_TRACK, timescale: TIMESCALE, width, height, volume: 0, handler: 'vide', mediaHeader, sampleEntry };
}

function soundTrack(format: SoundFormat): Track {
  const mediaHeader = fullBox('smhd', 0, 0, u32(0));
  const sampleEntry = audioSampleEntry(format);
  const size = { width: 0, height: 0 };
  return {
    ...{ id: SOUND_TRACK, timescale: format.sampleRate, ...size },
    ...{ volume: 0x100, handler: 'soun', mediaHeader, sampleEntry },
  };
}

function trackBox({ id, timescale, width, height, volume, handler, mediaHeader, sampleEntry }: Track): Buffer {
  const enabledInMovie = 3;
  const size = u32(width * 0x10000, height * 0x10000);
  const header = fullBox(
    'tkhd',
    0,
    enabledInMovie,
    u32(0, 0, id, 0, 0, 0, 0),
    u16(0, 0, volume, 0),
    UNITY_MATRIX,
    size,
  );
  const undetermined = 0x55c4; // language "und", five bits a letter
  const media = box(
    'mdia',
    fullBox('mdhd', 0, 0, u32(0, 0, timescale, 0), u16(undetermined, 0)),
    fullBox('hdlr', 0, 0, u32(0), Buffer.from(handler), Buffer.alloc(13)),
    box(
      'minf',
      mediaHeader,
      box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
      sampleTable(sampleEntry),
    ),
  );
  return box('trak', header, media);
}

/** Describes the samples; where and when they are stands in the fragments. */
function sampleTable(sampleEntry: Buffer): Buffer {
  return box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );
}

const DATA_REFERENCE = 1;

/** VisualSampleEntry (12.1.3) with the decoder's configuration (ISO/IEC 14496-15). */
function visualSampleEntry({ codec, description, width, height }: StreamFormat): Buffer {
  const [entry, record] = codec === 'h264' ? ['avc1', 'avcC'] : ['hvc1', 'hvcC'];
  const dpi72 = 0x480000;
  return box(
    entry!,
    Buffer.alloc(6),
    u16(DATA_REFERENCE),
    Buffer.alloc(16),
    u16(width, height),
    u32(dpi72, dpi72, 0),
    u16(1),
    Buffer.alloc(32),
    u16(0x18, 0xffff),
    box(record!, description),
  );
}

/** AudioSpecificConfig goes into an esds box (ISO/IEC 14496-14, 5.6); G.711 is named by QuickTime's `ulaw` and `alaw`. */
function audioSampleEntry({ codec, description, sampleRate, channels }: SoundFormat): Buffer {
  const bitsOfDecoded = 16;
  return box(
    codec === 'aac' ? 'mp4a' : codec,
    Buffer.alloc(6),
    u16(DATA_REFERENCE),
    Buffer.alloc(8),
    u16(channels, bitsOfDecoded, 0, 0),
    u32(sampleRate < 0x10000 ? sampleRate * 0x10000 : 0),
    ...(codec === 'aac' ? [elementaryStream(description)] : []),
  );
}

/** The ES descriptor (ISO/IEC 14496-1, 7.2.6.5) of AAC. */
function elementaryStream(config: Buffer): Buffer {
  const decoderSpecific = descriptor(0x05, config);
  const aac = 0x40;
  const audioStream = (0x05 << 2) | 1;
  const decoderConfig = descriptor(0x04, u8(aac, audioStream, 0, 0, 0), u32(0, 0), decoderSpecific);
  const predefined = descriptor(0x06, u8(2));
  return fullBox('esds', 0, 0, descriptor(0x03, u16(0), u8(0), decoderConfig, predefined));
}

/** All of ours are shorter than the 127 bytes that one byte of length can say. */
function descriptor(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([u8(tag, content.length), content]);
}
