import type { Profile } from '../model.ts';
import type { ParameterSets } from './flv.ts';

/** RFC 3551, 6: the first dynamic payload type. */
export const PAYLOAD_TYPE = 96;
/** The control address of the one track, relative to the content base. */
export const TRACK = 'trackID=0';

/** The session description of a profile (RFC 8866; fmtp by RFC 6184, 8.2.1). */
export function describe(profile: Profile, sets: ParameterSets, originAddress: string): string {
  const profileLevelId = sets.sps.subarray(1, 4).toString('hex');
  const sprop = `${sets.sps.toString('base64')},${sets.pps.toString('base64')}`;
  return [
    'v=0',
    `o=- ${Number(profile.token) + 1} 1 IN IP4 ${originAddress}`,
    `s=${profile.name}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=0-',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `b=AS:${profile.bitrate}`,
    `a=rtpmap:${PAYLOAD_TYPE} H264/90000`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1;profile-level-id=${profileLevelId};sprop-parameter-sets=${sprop}`,
    `a=framerate:${profile.fps}`,
    `a=control:${TRACK}`,
    '',
  ].join('\r\n');
}
