import type { AccessUnit, SoundFormat, SoundUnit, StreamFormat } from '../access-unit.ts';

const VIDEO = 9;
const AUDIO = 8;
const TAG_HEADER_BYTES = 11;

const KEY_AVC = 0x17;
const INTER_AVC = 0x27;
const SEQUENCE_HEADER = 0;
const NAL_UNITS = 1;

/** SoundFormat, then the bits that say 44 kHz, 16 bits, stereo, which mean nothing for AAC; G.711 is 8 kHz, 16 bits, mono. */
const SOUND_HEADS = { aac: 0xaf, alaw: 0x72, ulaw: 0x82 } as const;

/** FLV with H.264 and sound (Video File Format Specification 10.1, annex E), as everything that plays RTMP reads it. */
export function flvHeader(hasSound: boolean): Buffer {
  return Buffer.from([0x46, 0x4c, 0x56, 1, hasSound ? 5 : 1, 0, 0, 0, 9, 0, 0, 0, 0]);
}

/** What the decoder needs before the first picture. */
export function configTag({ description }: StreamFormat, timeMs: number): Buffer {
  return tag(VIDEO, timeMs, [Buffer.from([KEY_AVC, SEQUENCE_HEADER, 0, 0, 0]), description]);
}

export function pictureTag({ key, data }: AccessUnit, timeMs: number): Buffer {
  return tag(VIDEO, timeMs, [Buffer.from([key ? KEY_AVC : INTER_AVC, NAL_UNITS, 0, 0, 0]), data]);
}

/** Null for sound that needs no words beforehand. */
export function soundConfigTag({ codec, description }: SoundFormat, timeMs: number): Buffer | null {
  return codec === 'aac' ? tag(AUDIO, timeMs, [Buffer.from([SOUND_HEADS.aac, 0]), description]) : null;
}

export function soundTag({ codec }: SoundFormat, { data }: SoundUnit, timeMs: number): Buffer {
  const head = codec === 'aac' ? [SOUND_HEADS.aac, 1] : [SOUND_HEADS[codec]];
  return tag(AUDIO, timeMs, [Buffer.from(head), data]);
}

function tag(type: number, timeMs: number, body: Buffer[]): Buffer {
  const size = body.reduce((sum, part) => sum + part.length, 0);
  const time = Math.round(timeMs) >>> 0;
  const header = Buffer.alloc(TAG_HEADER_BYTES);
  header[0] = type;
  header.writeUIntBE(size, 1, 3);
  header.writeUIntBE(time & 0xffffff, 4, 3);
  header[7] = time >>> 24;
  const previousSize = Buffer.alloc(4);
  previousSize.writeUInt32BE(TAG_HEADER_BYTES + size);
  return Buffer.concat([header, ...body, previousSize]);
}
