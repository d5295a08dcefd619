import type { AudioCodec, CameraProfile, VideoCodec } from '#contract/cameras.ts';
import { attributeOf, child, children, clip, textOf, type XmlElement } from './soap.ts';

/** A profile that carries video, before its stream address is asked for. */
export type VideoProfile = Omit<CameraProfile, 'role' | 'streamUri'> & {
  /** The picture sensor or channel behind it; a recorder has many. */
  source: string;
};

/** A sub stream narrower than this shows nobody's face on a tile. */
const SUB_MIN_WIDTH = 320;
/** ReferenceToken is 64 characters by the schema; longer ones exist, endless ones do not. */
const TOKEN_LIMIT = 256;

/** Reads GetProfilesResponse of Media1 and Media2; profiles without video are left out. */
export function readProfiles(response: XmlElement): VideoProfile[] {
  const profiles: VideoProfile[] = [];
  for (const profile of children(response, 'Profiles')) {
    const token = attributeOf(profile, 'token');
    const encoder = child(profile, 'VideoEncoderConfiguration') ?? child(profile, 'Configurations', 'VideoEncoder');
    if (!encoder || token === '' || token.length > TOKEN_LIMIT) continue;
    const fps = count(textOf(encoder, 'RateControl', 'FrameRateLimit'));
    const source = child(profile, 'VideoSourceConfiguration') ?? child(profile, 'Configurations', 'VideoSource');
    profiles.push({
      token,
      name: clip(textOf(profile, 'Name')),
      source: source ? textOf(source, 'SourceToken') : '',
      codec: codecOf(textOf(encoder, 'Encoding')),
      width: Math.round(count(textOf(encoder, 'Resolution', 'Width'))),
      height: Math.round(count(textOf(encoder, 'Resolution', 'Height'))),
      fps,
      keyIntervalSec: keyIntervalOf(encoder, fps),
      audio: audioOf(profile),
    });
  }
  return profiles;
}

/** A profile by which the camera can be moved, and the node that moves it. */
export interface MoveableProfile {
  token: string;
  node: string;
}

/** The first profile with a PTZ configuration (PTZ 5.1): a camera that merely lists the service cannot be moved. */
export function moveable(response: XmlElement): MoveableProfile | null {
  for (const profile of children(response, 'Profiles')) {
    const ptz = child(profile, 'PTZConfiguration') ?? child(profile, 'Configurations', 'PTZ');
    const token = attributeOf(profile, 'token');
    if (ptz && token !== '' && token.length <= TOKEN_LIMIT) return { token, node: textOf(ptz, 'NodeToken') };
  }
  return null;
}

/**
 * Main is the largest picture, sub the smallest H.264 picture that a tile can use, both of the same sensor. A camera
 * with one profile gives it to both. Compressed video goes before single pictures (MJPEG), which cost ten times as much.
 */
export function chooseRoles(profiles: VideoProfile[]): { main: VideoProfile; sub: VideoProfile } | null {
  const main = best(profiles, (a, b) => rank(b) - rank(a) || area(b) - area(a));
  if (!main) return null;
  const usable = profiles.filter(({ source, width }) => source === main.source && width >= SUB_MIN_WIDTH);
  const smallest = (codec: VideoCodec) =>
    best(
      usable.filter((profile) => profile.codec === codec),
      (a, b) => area(a) - area(b),
    );
  return { main, sub: smallest('h264') ?? smallest('h265') ?? main };
}

/** The first in order; of equals the one that the camera named first. */
function best(profiles: VideoProfile[], order: (a: VideoProfile, b: VideoProfile) => number): VideoProfile | undefined {
  return profiles.toSorted(order)[0];
}

function rank({ codec }: VideoProfile): number {
  return codec === 'mjpeg' ? 0 : 1;
}

function area({ width, height }: VideoProfile): number {
  return width * height;
}

function codecOf(encoding: string): VideoCodec {
  switch (encoding.toUpperCase().replace(/[^A-Z0-9]/g, '')) {
    case 'H264':
      return 'h264';
    case 'H265':
    case 'HEVC':
      return 'h265';
    case 'JPEG':
    case 'MJPEG':
      return 'mjpeg';
    case 'MPEG4':
    case 'MP4VES':
      return 'mpeg4';
    default:
      return 'unknown';
  }
}

/** Pictures from key frame to key frame: in Media1 beside the codec (Media 5.2.4), in Media2 an attribute (Media2 5.2.3). */
function keyIntervalOf(encoder: XmlElement, fps: number): number | null {
  const written =
    attributeOf(encoder, 'GovLength') ||
    ['H264', 'H265', 'MPEG4'].map((codec) => textOf(encoder, codec, 'GovLength')).find(Boolean);
  const pictures = count(written ?? '');
  return pictures > 0 && fps > 0 ? Math.round((pictures / fps) * 1000) / 1000 : null;
}

/** Media1 says G711 for both laws and means the one of North America (Media 5.2.7); Media2 writes RTP's names. */
function audioOf(profile: XmlElement): AudioCodec | null {
  const encoder = child(profile, 'AudioEncoderConfiguration') ?? child(profile, 'Configurations', 'AudioEncoder');
  if (!encoder) return null;
  const encoding = textOf(encoder, 'Encoding')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  if (encoding === 'AAC' || encoding.startsWith('MP4A') || encoding.startsWith('MPEG4GENERIC')) return 'aac';
  if (encoding === 'PCMU' || encoding === 'G711' || encoding === 'G711U') return 'pcmu';
  if (encoding === 'PCMA' || encoding === 'G711A') return 'pcma';
  return 'other';
}

function count(text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 && value < 100_000 ? value : 0;
}
