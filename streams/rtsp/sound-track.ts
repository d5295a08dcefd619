import type { SoundFormat } from '../access-unit.ts';
import { BitReader } from '../codec/bit-reader.ts';
import type { Sdp, SdpMedia } from './sdp.ts';

/** A track of sound that we carry along. */
export interface SoundTrack {
  format: SoundFormat;
  payloadType: number;
  clockRate: number;
  control: string | null;
  /** Samples of one AAC frame; null for G.711, whose packets are taken as they are. */
  frameSamples: number | null;
}

/** ISO/IEC 14496-3, table 1.18. */
const SAMPLE_RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
];
const EXPLICIT_RATE = 15;
const AAC_LC = 2;
const MAX_CONFIG_BYTES = 64;

/** RFC 3551, 6: these need no rtpmap. */
const STATIC_TYPES: Readonly<Record<number, 'PCMU' | 'PCMA'>> = { 0: 'PCMU', 8: 'PCMA' };
const G711 = { PCMU: 'ulaw', PCMA: 'alaw' } as const;

/** The first sound that we can carry, or null: then there are pictures alone. */
export function chooseSoundTrack(sdp: Sdp): SoundTrack | null {
  for (const media of sdp.media.filter(({ kind }) => kind === 'audio')) {
    for (const payloadType of media.payloadTypes) {
      const track = readG711(media, payloadType) ?? readAac(media, payloadType);
      if (track) return track;
    }
  }
  return null;
}

function readG711(media: SdpMedia, payloadType: number): SoundTrack | null {
  const mapped = media.encodings.get(payloadType);
  const name = mapped?.name ?? STATIC_TYPES[payloadType];
  if (name !== 'PCMU' && name !== 'PCMA') return null;
  const codec = G711[name];
  const { clockRate, channels } = mapped ?? { clockRate: 8000, channels: 1 };
  if (clockRate <= 0 || channels < 1 || channels > 2) return null;
  const format = { codec, codecString: codec, sampleRate: clockRate, channels, description: Buffer.alloc(0) };
  return { format, payloadType, clockRate, control: media.control, frameSamples: null };
}

/** RFC 3640, 3.3.6: mode AAC-hbr, where an access unit header is 13 bits of size and 3 of index. */
function readAac(media: SdpMedia, payloadType: number): SoundTrack | null {
  const mapped = media.encodings.get(payloadType);
  const parameters = media.parameters.get(payloadType);
  if (mapped?.name !== 'MPEG4-GENERIC' || !parameters || mapped.clockRate <= 0) return null;
  if (parameters.get('mode')?.toLowerCase() !== 'aac-hbr') return null;
  const sizes = ['sizelength', 'indexlength', 'indexdeltalength'].map((name) => Number(parameters.get(name)));
  if (sizes.join() !== '13,3,3') return null;
  const description = Buffer.from(parameters.get('config') ?? '', 'hex');
  const config = readConfig(description);
  if (!config) return null;
  const { sampleRate, channels, frameSamples } = config;
  const format = { codec: 'aac', codecString: 'mp4a.40.2', sampleRate, channels, description } as const;
  return { format, payloadType, clockRate: mapped.clockRate, control: media.control, frameSamples };
}

/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC-LC; null for anything else. */
function readConfig(bytes: Buffer): { sampleRate: number; channels: number; frameSamples: number } | null {
  if (bytes.length > MAX_CONFIG_BYTES) return null;
  const reader = new BitReader(bytes);
  const objectType = reader.bits(5);
  const rateIndex = reader.bits(4);
  const sampleRate = rateIndex === EXPLICIT_RATE ? reader.bits(24) : SAMPLE_RATES[rateIndex];
  const channels = reader.bits(4);
  const shortFrames = reader.flag();
  if (reader.overrun || objectType !== AAC_LC || !sampleRate || channels < 1 || channels > 2) return null;
  return { sampleRate, channels, frameSamples: shortFrames ? 960 : 1024 };
}
