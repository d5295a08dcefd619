import type { StreamFormat } from '../access-unit.ts';
import { BitReader } from './bit-reader.ts';
import type { CodecRules, NalRole } from './codec-rules.ts';
import { parseH265Sps, type H265SpsFacts, type ProfileTierLevel } from './h265-sps.ts';
import type { ParameterSets } from './parameter-sets.ts';

export const h265Rules: CodecRules = {
  codec: 'h265',
  headerBytes: 2,
  role: (firstByte) => roleOf((firstByte >> 1) & 63),

  parameterSetId(kind, nal) {
    if (kind === 'sps') return parseH265Sps(nal)?.id ?? null;
    const reader = new BitReader(nal, 2);
    const id = kind === 'vps' ? reader.bits(4) : reader.ue();
    return reader.overrun || id > 63 ? null : id;
  },

  format(sets, announcedFps): StreamFormat | null {
    const [sps] = sets.of('sps');
    const facts = sps && parseH265Sps(sps);
    if (!facts || sets.of('vps').length === 0 || sets.of('pps').length === 0) return null;
    return {
      codec: 'h265',
      codecString: hevcCodecString(facts.general),
      description: hvcC(sets, facts),
      width: facts.width,
      height: facts.height,
      fps: announcedFps,
    };
  },
};

/** nal_unit_type by table 7-1 of H.265. */
function roleOf(type: number): NalRole {
  if (type <= 9) return 'slice';
  if (type >= 16 && type <= 21) return 'key';
  if (type === 32) return 'vps';
  if (type === 33) return 'sps';
  if (type === 34) return 'pps';
  return type === 39 || type === 40 ? 'aside' : 'noise';
}

/** ISO/IEC 14496-15, E.3. */
export function hevcCodecString(general: ProfileTierLevel): string {
  const space = ['', 'A', 'B', 'C'][general.profileSpace] ?? '';
  let reversed = 0;
  for (let i = 0; i < 32; i += 1) reversed = reversed * 2 + ((general.compatibility >>> i) & 1);
  const constraints = [...general.constraints];
  while (constraints.at(-1) === 0) constraints.pop();
  return [
    'hvc1',
    `${space}${general.profile}`,
    reversed.toString(16).toUpperCase(),
    `${general.tier === 1 ? 'H' : 'L'}${general.level}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ].join('.');
}

/** HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1.2), lengths in 4 bytes. */
function hvcC(sets: ParameterSets, facts: H265SpsFacts): Buffer {
  const { general } = facts;
  const head = Buffer.alloc(23);
  head[0] = 1;
  head[1] = (general.profileSpace << 6) | (general.tier << 5) | general.profile;
  head.writeUInt32BE(general.compatibility, 2);
  head.set(general.constraints, 6);
  head[12] = general.level;
  head[13] = 0xf0; // min_spatial_segmentation_idc: not said
  head[15] = 0xfc; // parallelismType: not said
  head[16] = 0xfc | facts.chromaFormat;
  head[17] = 0xf8 | (facts.bitDepthLuma - 8);
  head[18] = 0xf8 | (facts.bitDepthChroma - 8);
  head[21] = (facts.temporalLayers << 3) | (facts.temporalIdNested ? 4 : 0) | 3;
  head[22] = 3;
  const parts: Buffer[] = [head];
  for (const [kind, type] of [
    ['vps', 32],
    ['sps', 33],
    ['pps', 34],
  ] as const) {
    const nals = sets.of(kind);
    parts.push(Buffer.from([0x80 | type, 0, nals.length]));
    for (const nal of nals) parts.push(Buffer.from([nal.length >> 8, nal.length & 255]), nal);
  }
  return Buffer.concat(parts);
}

/** Reads an HEVCDecoderConfigurationRecord that someone else wrote; null where it is broken. */
export function parseHvcC(record: Uint8Array): { lengthBytes: number; sets: Uint8Array[] } | null {
  if (record.length < 23 || record[0] !== 1) return null;
  const sets: Uint8Array[] = [];
  const u16 = (at: number) => ((record[at] ?? 0) << 8) | (record[at + 1] ?? 0);
  let at = 23;
  for (let arrays = record[22]!; arrays > 0; arrays -= 1) {
    let count = u16(at + 1);
    at += 3;
    for (; count > 0; count -= 1) {
      const nal = record.subarray(at + 2, at + 2 + u16(at));
      if (nal.length === 0 || nal.length < u16(at)) return null;
      sets.push(nal);
      at += 2 + nal.length;
    }
  }
  return { lengthBytes: (record[21]! & 3) + 1, sets };
}
