import { plausibleFps } from '../codec/sps-facts.ts';
import type { StreamCodec } from '../access-unit.ts';
import type { Sdp, SdpMedia } from './sdp.ts';

/** The track of a session description that we pull. */
export interface VideoTrack {
  codec: StreamCodec;
  payloadType: number;
  clockRate: number;
  control: string | null;
  fps: number | null;
  /** NAL units announced out of band. */
  parameterSets: Buffer[];
}

export type TrackChoice =
  | { found: true; track: VideoTrack }
  | { found: false; code: 'CAMERA_NO_STREAM' | 'CAMERA_CODEC_UNSUPPORTED' | 'CAMERA_PROTOCOL'; detail: string };

const CODECS: Readonly<Record<string, StreamCodec>> = { H264: 'h264', H265: 'h265', HEVC: 'h265' };

/** Chooses the first video track whose codec we read. */
export function chooseVideoTrack(sdp: Sdp): TrackChoice {
  const videos = sdp.media.filter((media) => media.kind === 'video');
  for (const media of videos) {
    for (const payloadType of media.payloadTypes) {
      const encoding = media.encodings.get(payloadType);
      const codec = encoding && CODECS[encoding.name];
      if (codec && encoding.clockRate > 0) return readTrack(media, payloadType, codec, encoding.clockRate);
    }
  }
  if (videos.length === 0) return { found: false, code: 'CAMERA_NO_STREAM', detail: 'no video in the description' };
  const names = videos.flatMap((media) => [...media.encodings.values()].map((encoding) => encoding.name));
  return { found: false, code: 'CAMERA_CODEC_UNSUPPORTED', detail: names.join(', ') || 'a codec without a name' };
}

function readTrack(media: SdpMedia, payloadType: number, codec: StreamCodec, clockRate: number): TrackChoice {
  const parameters = media.parameters.get(payloadType) ?? new Map<string, string>();
  const reordered = codec === 'h264' ? parameters.get('packetization-mode') === '2' : donUsed(parameters);
  if (reordered) return { found: false, code: 'CAMERA_PROTOCOL', detail: 'packets in interleaved decoding order' };
  const names = codec === 'h264' ? ['sprop-parameter-sets'] : ['sprop-vps', 'sprop-sps', 'sprop-pps'];
  const parameterSets = names
    .flatMap((name) => (parameters.get(name) ?? '').split(','))
    .map((text) => Buffer.from(text, 'base64'))
    .filter((nal) => nal.length > 0);
  const fps = media.framerate === null ? null : plausibleFps(media.framerate);
  return { found: true, track: { codec, payloadType, clockRate, control: media.control, fps, parameterSets } };
}

/** RFC 7798, 7.1: with this above 0 the payloads carry decoding order numbers. */
function donUsed(parameters: Map<string, string>): boolean {
  return Number(parameters.get('sprop-max-don-diff') ?? 0) > 0;
}
