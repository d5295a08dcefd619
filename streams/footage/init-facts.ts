import { hevcCodecString } from '../codec/h265.ts';
import { boxAt, boxesIn, boxUnder, bytesOf, type Box } from './boxes.ts';

/** One track as the head of a file describes it. */
export interface TrackFacts {
  id: number;
  kind: 'picture' | 'sound';
  /** Ticks a second. */
  timescale: number;
  /** Of the picture; 0 for sound. */
  width: number;
  height: number;
  /** RFC 6381, e.g. `avc1.4d401f`. */
  codecString: string;
  /** Boxes that hold for any file with these samples, as they stand: hdlr, vmhd or smhd, dinf, stsd. */
  handler: Buffer;
  mediaHeader: Buffer;
  dataInformation: Buffer;
  sampleDescription: Buffer;
}

/** The first track of pictures and, where there is sound, the first of that. Null where the head is not one of ours. */
export function readInit(init: Buffer): { picture: TrackFacts; sound: TrackFacts | null } | null {
  const moov = boxesIn(init, 0, init.length).find(({ type }) => type === 'moov');
  if (!moov) return null;
  const tracks = boxesIn(init, moov.content, moov.end)
    .filter(({ type }) => type === 'trak')
    .map((trak) => readTrack(init, trak));
  const picture = tracks.find((track) => track?.kind === 'picture');
  const sound = tracks.find((track) => track?.kind === 'sound');
  return picture ? { picture, sound: sound ?? null } : null;
}

/** For `MediaSource.isTypeSupported`; null where the head is not one of ours. */
export function mimeTypeOf(init: Buffer): string | null {
  const facts = readInit(init);
  if (!facts) return null;
  const codecs = [facts.picture.codecString, ...(facts.sound ? [facts.sound.codecString] : [])];
  return `video/mp4; codecs="${codecs.join(',')}"`;
}

function readTrack(bytes: Buffer, trak: Box): TrackFacts | null {
  const tkhd = boxUnder(bytes, trak, 'tkhd');
  const mdia = boxUnder(bytes, trak, 'mdia');
  const mdhd = mdia && boxUnder(bytes, mdia, 'mdhd');
  const hdlr = mdia && boxUnder(bytes, mdia, 'hdlr');
  const minf = mdia && boxUnder(bytes, mdia, 'minf');
  const header = minf && boxesIn(bytes, minf.content, minf.end).find(({ type }) => /^[vs]mhd$/.test(type));
  const dinf = minf && boxUnder(bytes, minf, 'dinf');
  const stsd = minf && boxUnder(bytes, minf, 'stbl', 'stsd');
  if (!tkhd || !mdhd || !hdlr || !header || !dinf || !stsd) return null;
  const handler = bytes.toString('latin1', hdlr.content + 8, hdlr.content + 12);
  const entry = boxAt(bytes, stsd.content + 8);
  if ((handler !== 'vide' && handler !== 'soun') || !entry || entry.end > stsd.end) return null;
  // the dates before these fields are twice as long in version 1 (8.3.2.2, 8.4.2.2)
  const dates = (box: Box) => box.content + 4 + (bytes[box.content] === 1 ? 16 : 8);
  const isPicture = handler === 'vide';
  return {
    id: bytes.readUInt32BE(dates(tkhd)),
    kind: isPicture ? 'picture' : 'sound',
    timescale: bytes.readUInt32BE(dates(mdhd)),
    width: isPicture ? bytes.readUInt16BE(entry.content + 24) : 0,
    height: isPicture ? bytes.readUInt16BE(entry.content + 26) : 0,
    codecString: codecStringOf(bytes, entry),
    handler: bytesOf(bytes, hdlr),
    mediaHeader: bytesOf(bytes, header),
    dataInformation: bytesOf(bytes, dinf),
    sampleDescription: bytesOf(bytes, stsd),
  };
}

/** Of a VisualSampleEntry before its boxes (ISO/IEC 14496-12, 12.1.3.2). */
const VISUAL_ENTRY_BYTES = 78;
const AAC_LC = 'mp4a.40.2';

function codecStringOf(bytes: Buffer, entry: Box): string {
  if (entry.type === 'mp4a') return AAC_LC;
  const boxes = { content: entry.content + VISUAL_ENTRY_BYTES, end: entry.end };
  const avcC = boxUnder(bytes, boxes, 'avcC');
  if (avcC) return `${entry.type}.${bytes.toString('hex', avcC.content + 1, avcC.content + 4)}`;
  const hvcC = boxUnder(bytes, boxes, 'hvcC');
  return hvcC ? hevcCodecString(profileOf(bytes.subarray(hvcC.content))) : entry.type;
}

/** What an hvcC record says of profile, tier and level (ISO/IEC 14496-15, 8.3.3.1.2). */
function profileOf(record: Buffer) {
  const first = record[1]!;
  return {
    profileSpace: first >> 6,
    tier: (first >> 5) & 1,
    profile: first & 31,
    compatibility: record.readUInt32BE(2),
    constraints: [...record.subarray(6, 12)],
    level: record[12]!,
  };
}
