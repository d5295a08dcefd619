import type { StreamCodec, StreamFormat } from '../access-unit.ts';
import { h264Rules } from './h264.ts';
import { h265Rules } from './h265.ts';
import type { ParameterSetKind, ParameterSets } from './parameter-sets.ts';

/**
 * What a NAL unit is to us. `key` and `slice` carry pictures; `aside` (SEI and the like) travels with them; `noise`
 * (delimiters, filler) means nothing once units have boundaries.
 */
export type NalRole = 'key' | 'slice' | 'aside' | 'noise' | ParameterSetKind;

/** Where H.264 and H.265 differ, as far as we look into them. */
export interface CodecRules {
  readonly codec: StreamCodec;
  /** Length of the NAL unit header. */
  readonly headerBytes: number;
  /** Of a NAL unit, by its first byte. */
  role(firstByte: number): NalRole;
  /** The id a parameter set gives itself; null where it cannot be read. */
  parameterSetId(kind: ParameterSetKind, nal: Uint8Array): number | null;
  /** The format these sets describe, or null while one is missing or broken. */
  format(sets: ParameterSets, announcedFps: number | null): StreamFormat | null;
}

export function rulesOf(codec: StreamCodec): CodecRules {
  return codec === 'h264' ? h264Rules : h265Rules;
}
