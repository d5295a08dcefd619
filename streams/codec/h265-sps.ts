import { BitReader } from './bit-reader.ts';
import { MAX_PICTURE_SIDE, type SpsFacts } from './sps-facts.ts';

/** The general part of profile_tier_level (H.265 7.3.3), as hvcC and the codec string want it. */
export interface ProfileTierLevel {
  profileSpace: number;
  tier: number;
  profile: number;
  compatibility: number;
  /** Six bytes of constraint flags. */
  constraints: number[];
  level: number;
}

export interface H265SpsFacts extends SpsFacts {
  general: ProfileTierLevel;
  temporalLayers: number;
  temporalIdNested: boolean;
}

/** Parses an H.265 sequence parameter set NAL unit (7.3.2.2) up to the bit depths; null where it is broken. */
export function parseH265Sps(nal: Uint8Array): H265SpsFacts | null {
  const reader = new BitReader(nal, 2);
  reader.skip(4);
  const subLayers = reader.bits(3);
  const temporalIdNested = reader.flag();
  const general = profileTierLevel(reader, subLayers);
  const id = reader.ue();
  const chromaFormat = reader.ue();
  const separatePlanes = chromaFormat === 3 && reader.flag();
  const codedWidth = reader.ue();
  const codedHeight = reader.ue();
  const window = reader.flag() ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()] : [0, 0, 0, 0];
  const bitDepthLuma = reader.ue() + 8;
  const bitDepthChroma = reader.ue() + 8;
  if (reader.overrun || subLayers > 6 || id > 15 || chromaFormat > 3) return null;
  if (bitDepthLuma > 16 || bitDepthChroma > 16) return null;

  const [left = 0, right = 0, top = 0, bottom = 0] = window;
  const subsampledX = !separatePlanes && (chromaFormat === 1 || chromaFormat === 2);
  const subsampledY = !separatePlanes && chromaFormat === 1;
  const width = codedWidth - (left + right) * (subsampledX ? 2 : 1);
  const height = codedHeight - (top + bottom) * (subsampledY ? 2 : 1);
  if (width < 1 || height < 1 || width > MAX_PICTURE_SIDE || height > MAX_PICTURE_SIDE) return null;
  return {
    id,
    width,
    height,
    chromaFormat,
    bitDepthLuma,
    bitDepthChroma,
    fps: null,
    general,
    temporalLayers: subLayers + 1,
    temporalIdNested,
  };
}

function profileTierLevel(reader: BitReader, subLayers: number): ProfileTierLevel {
  const profileSpace = reader.bits(2);
  const tier = reader.bits(1);
  const profile = reader.bits(5);
  const compatibility = reader.bits(32);
  const constraints = Array.from({ length: 6 }, () => reader.bits(8));
  const level = reader.bits(8);
  const present = Array.from({ length: subLayers }, () => ({ profile: reader.flag(), level: reader.flag() }));
  if (subLayers > 0) reader.skip(2 * (8 - subLayers));
  for (const layer of present) reader.skip((layer.profile ? 88 : 0) + (layer.level ? 8 : 0));
  return { profileSpace, tier, profile, compatibility, constraints, level };
}
