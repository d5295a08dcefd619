import type { StreamFormat } from '../access-unit.ts';
import { box, fullBox, u16, u32 } from './box.ts';

/** Ticks a second of our fragments: the clock of RTP video. */
export const TIMESCALE = 90_000;
export const TRACK_ID = 1;

const UNITY_MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

/** The initialisation segment (ISO/IEC 14496-12, 8.16) for a stream of one video track. */
export function initSegment(format: StreamFormat): Buffer {
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6'), u32(0x200), Buffer.from('iso6isommp41')),
    box('moov', movieHeader(), track(format), box('mvex', fullBox('trex', 0, 0, u32(TRACK_ID, 1, 0, 0, 0)))),
  ]);
}

function movieHeader(): Buffer {
  const nextTrack = u32(TRACK_ID + 1);
  return fullBox(
    'mvhd',
    0,
    0,
    u32(0, 0, TIMESCALE, 0, 0x10000),
    u16(0x100, 0),
    u32(0, 0),
    UNITY_MATRIX,
    Buffer.alloc(24),
    nextTrack,
  );
}

function track(format: StreamFormat): Buffer {
  const size = u32(format.width * 0x10000, format.height * 0x10000);
  const enabledInMovie = 3;
  const header = fullBox('tkhd', 0, enabledInMovie, u32(0, 0, TRACK_ID, 0, 0, 0, 0), u32(0, 0), UNITY_MATRIX, size);
  const undetermined = 0x55c4; // language "und", five bits a letter
  const media = box(
    'mdia',
    fullBox('mdhd', 0, 0, u32(0, 0, TIMESCALE, 0), u16(undetermined, 0)),
    fullBox('hdlr', 0, 0, u32(0), Buffer.from('vide'), Buffer.alloc(13)),
    box(
      'minf',
      fullBox('vmhd', 0, 1, Buffer.alloc(8)),
      box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1))),
      sampleTable(format),
    ),
  );
  return box('trak', header, media);
}

/** Describes the samples; where and when they are stands in the fragments. */
function sampleTable(format: StreamFormat): Buffer {
  return box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry(format)),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );
}

/** VisualSampleEntry (12.1.3) with the decoder's configuration (ISO/IEC 14496-15). */
function sampleEntry({ codec, description, width, height }: StreamFormat): Buffer {
  const [entry, record] = codec === 'h264' ? ['avc1', 'avcC'] : ['hvc1', 'hvcC'];
  const dataReference = 1;
  const dpi72 = 0x480000;
  return box(
    entry!,
    Buffer.alloc(6),
    u16(dataReference),
    Buffer.alloc(16),
    u16(width, height),
    u32(dpi72, dpi72, 0),
    u16(1),
    Buffer.alloc(32),
    u16(0x18, 0xffff),
    box(record!, description),
  );
}
