import { BitReader } from './bit-reader.ts';
import { MAX_PICTURE_SIDE, plausibleFps, type SpsFacts } from './sps-facts.ts';

/** Profiles whose SPS carries chroma format and bit depth (H.264 7.3.2.1.1). */
export const HIGH_PROFILES: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

/** Parses an H.264 sequence parameter set NAL unit (7.3.2.1.1); null where it is broken. */
export function parseH264Sps(nal: Uint8Array): SpsFacts | null {
  const reader = new BitReader(nal, 1);
  const profile = reader.bits(8);
  reader.skip(16);
  const id = reader.ue();
  let chromaFormat = 1;
  let separatePlanes = false;
  let bitDepthLuma = 8;
  let bitDepthChroma = 8;
  if (HIGH_PROFILES.has(profile)) {
    chromaFormat = reader.ue();
    if (chromaFormat === 3) separatePlanes = reader.flag();
    bitDepthLuma = reader.ue() + 8;
    bitDepthChroma = reader.ue() + 8;
    reader.skip(1);
    if (reader.flag()) skipScalingMatrix(reader, chromaFormat === 3 ? 12 : 8);
  }
  reader.ue();
  skipPictureOrder(reader);
  reader.ue();
  reader.skip(1);
  const widthInBlocks = reader.ue() + 1;
  const heightInUnits = reader.ue() + 1;
  const framesOnly = reader.bit();
  if (framesOnly === 0) reader.skip(1);
  reader.skip(1);
  const crop = reader.flag() ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()] : [0, 0, 0, 0];
  if (reader.overrun || id > 31 || chromaFormat > 3 || bitDepthLuma > 14 || bitDepthChroma > 14) return null;

  const [left = 0, right = 0, top = 0, bottom = 0] = crop;
  const planar = separatePlanes || chromaFormat === 0;
  const cropX = planar || chromaFormat === 3 ? 1 : 2;
  const cropY = (planar || chromaFormat !== 1 ? 1 : 2) * (2 - framesOnly);
  const width = widthInBlocks * 16 - (left + right) * cropX;
  const height = heightInUnits * 16 * (2 - framesOnly) - (top + bottom) * cropY;
  if (width < 1 || height < 1 || width > MAX_PICTURE_SIDE || height > MAX_PICTURE_SIDE) return null;
  return { id, width, height, chromaFormat, bitDepthLuma, bitDepthChroma, fps: reader.flag() ? vuiFps(reader) : null };
}

/** 7.3.2.1.1.1 */
function skipScalingMatrix(reader: BitReader, lists: number): void {
  for (let list = 0; list < lists; list += 1) {
    if (!reader.flag()) continue;
    let last = 8;
    let next = 8;
    for (let i = 0; i < (list < 6 ? 16 : 64) && !reader.overrun; i += 1) {
      if (next !== 0) next = (last + reader.se() + 256) & 255;
      if (next !== 0) last = next;
    }
  }
}

function skipPictureOrder(reader: BitReader): void {
  const type = reader.ue();
  if (type === 0) reader.ue();
  if (type !== 1) return;
  reader.skip(1);
  reader.se();
  reader.se();
  const cycle = reader.ue();
  for (let i = 0; i < cycle && !reader.overrun; i += 1) reader.se();
}

/** Annex E.1.1 up to the timing; one frame lasts two ticks. */
function vuiFps(reader: BitReader): number | null {
  if (reader.flag() && reader.bits(8) === 255) reader.skip(32);
  if (reader.flag()) reader.skip(1);
  if (reader.flag()) {
    reader.skip(4);
    if (reader.flag()) reader.skip(24);
  }
  if (reader.flag()) {
    reader.ue();
    reader.ue();
  }
  if (!reader.flag()) return null;
  const unitsInTick = reader.bits(32);
  const timeScale = reader.bits(32);
  if (reader.overrun || unitsInTick === 0) return null;
  return plausibleFps(timeScale / unitsInTick / 2);
}
