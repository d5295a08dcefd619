import type { AudioTrack } from '../audio/track.ts';
import type { Profile } from '../model.ts';
import type { ParameterSets } from './flv.ts';

/** RFC 3551, 6: the first dynamic payload type. */
export const VIDEO_PAYLOAD_TYPE = 96;

export type TrackName = 'video' | 'audio';
/** Control addresses of the tracks, relative to the content base. */
export const TRACKS: Record<TrackName, string> = { video: 'trackID=0', audio: 'trackID=1' };

export interface Description {
  profile: Profile;
  sets: ParameterSets;
  audio: AudioTrack | null;
  originAddress: string;
}

/** The session description of a profile (RFC 8866). */
export function describe({ profile, sets, audio, originAddress }: Description): string {
  return [
    'v=0',
    `o=- ${Number(profile.token) + 1} 1 IN IP4 ${originAddress}`,
    `s=${profile.name}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=0-',
    `m=video 0 RTP/AVP ${VIDEO_PAYLOAD_TYPE}`,
    `b=AS:${profile.bitrate}`,
    ...formatOf(sets),
    `a=framerate:${profile.fps}`,
    `a=control:${TRACKS.video}`,
    ...(audio ? [`m=audio 0 RTP/AVP ${audio.payloadType}`, ...audio.attributes, `a=control:${TRACKS.audio}`] : []),
    '',
  ].join('\r\n');
}

/** RFC 6184, 8.2.1 and RFC 7798, 7.2.1. */
function formatOf({ vps, sps, pps }: ParameterSets): string[] {
  const fmtp = (parameters: string) => `a=fmtp:${VIDEO_PAYLOAD_TYPE} ${parameters}`;
  const [v, s, p] = [vps, sps, pps].map((set) => set?.toString('base64'));
  if (v !== undefined) {
    return [`a=rtpmap:${VIDEO_PAYLOAD_TYPE} H265/90000`, fmtp(`sprop-vps=${v};sprop-sps=${s};sprop-pps=${p}`)];
  }
  const level = sps.subarray(1, 4).toString('hex');
  return [
    `a=rtpmap:${VIDEO_PAYLOAD_TYPE} H264/90000`,
    fmtp(`packetization-mode=1;profile-level-id=${level};sprop-parameter-sets=${s},${p}`),
  ];
}
