import type { SoundFormat } from '../access-unit.ts';
import { readAacConfig } from '../codec/aac.ts';
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

/** RFC 3551, 6: these need no rtpmap. */
const STATIC_TYPES: Readonly<Record<number, 'PCMU' | 'PCMA'>> = { 0: 'PCMU', 8: 'PCMA' };
const G711 = { PCMU: 'ulaw', PCMA: 'alaw' } as const;

/** The first sound that we can carry, or null: then there are pictures alone. */
export function chooseSoundTrack(sdp: Sdp): SoundTrack | null {
  for (const media of sdp.media.filter(({ kind, backchannel }) => kind === 'audio' && !backchannel)) {
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
  const config = readAacConfig(description);
  if (!config) return null;
  const { format, frameSamples } = config;
  return { format, payloadType, clockRate: mapped.clockRate, control: media.control, frameSamples };
}
