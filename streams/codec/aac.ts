import type { SoundFormat } from '../access-unit.ts';
import { BitReader } from './bit-reader.ts';

/** ISO/IEC 14496-3, table 1.18. */
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];
const EXPLICIT_RATE = 15;
const AAC_LC = 2;
const MAX_CONFIG_BYTES = 64;

/** Reads the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC-LC; null for anything else. */
export function readAacConfig(description: Buffer): { format: SoundFormat; frameSamples: number } | null {
  if (description.length > MAX_CONFIG_BYTES) return null;
  const reader = new BitReader(description);
  const objectType = reader.bits(5);
  const rateIndex = reader.bits(4);
  const sampleRate = rateIndex === EXPLICIT_RATE ? reader.bits(24) : SAMPLE_RATES[rateIndex];
  const channels = reader.bits(4);
  const shortFrames = reader.flag();
  if (reader.overrun || objectType !== AAC_LC || !sampleRate || channels < 1 || channels > 2) return null;
  const format = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate, channels, description } as const;
  return { format, frameSamples: shortFrames ? 960 : 1024 };
}
