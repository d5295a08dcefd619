import type { StreamFormat } from '../access-unit.ts';
import { BitReader } from './bit-reader.ts';
import type { CodecRules, NalRole } from './codec-rules.ts';
import { HIGH_PROFILES, parseH264Sps } from './h264-sps.ts';
import type { ParameterSets } from './parameter-sets.ts';
import type { SpsFacts } from './sps-facts.ts';

/** nal_unit_type by table 7-1 of H.264. */
const ROLES: Readonly<Record<number, NalRole>> = {
  1: 'slice',
  2: 'slice',
  3: 'slice',
  4: 'slice',
  5: 'key',
  6: 'aside',
  7: 'sps',
  8: 'pps',
  19: 'aside',
};

export const h264Rules: CodecRules = {
  codec: 'h264',
  headerBytes: 1,
  role: (firstByte) => ROLES[firstByte & 31] ?? 'noise',

  parameterSetId(kind, nal) {
    const reader = new BitReader(nal, kind === 'sps' ? 4 : 1);
    const id = reader.ue();
    return reader.overrun || id > 255 ? null : id;
  },

  format(sets, announcedFps): StreamFormat | null {
    const [sps] = sets.of('sps');
    const facts = sps && parseH264Sps(sps);
    if (!sps || !facts || sets.of('pps').length === 0) return null;
    return {
      codec: 'h264',
      codecString: `avc1.${sps.subarray(1, 4).toString('hex')}`,
      description: avcC(sets, sps, facts),
      width: facts.width,
      height: facts.height,
      fps: announcedFps ?? facts.fps,
    };
  },
};

/** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1.2), lengths in 4 bytes. */
function avcC(sets: ParameterSets, sps: Buffer, facts: SpsFacts): Buffer {
  const high = HIGH_PROFILES.has(sps[1]!)
    ? [0xfc | facts.chromaFormat, 0xf8 | (facts.bitDepthLuma - 8), 0xf8 | (facts.bitDepthChroma - 8), 0]
    : [];
  return Buffer.concat([
    Buffer.from([1, sps[1]!, sps[2]!, sps[3]!, 0xff]),
    counted(0xe0, sets.of('sps')),
    counted(0, sets.of('pps')),
    Buffer.from(high),
  ]);
}

function counted(highBits: number, nals: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from([highBits | nals.length]),
    ...nals.flatMap((nal) => [Buffer.from([nal.length >> 8, nal.length & 255]), nal]),
  ]);
}

/** Reads an AVCDecoderConfigurationRecord that someone else wrote; null where it is broken. */
export function parseAvcC(record: Uint8Array): { lengthBytes: number; sets: Uint8Array[] } | null {
  if (record.length < 7 || record[0] !== 1) return null;
  const sets: Uint8Array[] = [];
  let at = 5;
  for (const kind of ['sps', 'pps'] as const) {
    let count = (record[at] ?? 0) & (kind === 'sps' ? 31 : 255);
    at += 1;
    for (; count > 0; count -= 1) {
      const length = ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
      const nal = record.subarray(at + 2, at + 2 + length);
      if (length === 0 || nal.length < length) return null;
      sets.push(nal);
      at += 2 + length;
    }
  }
  return { lengthBytes: (record[4]! & 3) + 1, sets };
}
