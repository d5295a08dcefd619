import type { CameraProbe, CameraProfile, ProfileRole } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import type { CredentialGuard } from '#lib/credential-guard.ts';
import { onHost, parseStreamAddress } from '#lib/stream-address.ts';
import { OnvifFailure, toAppError, type Stage } from './failure.ts';
import { chooseRoles, moveable, readProfiles, type VideoProfile } from './media-profiles.ts';
import { OnvifDevice } from './onvif-device.ts';
import { readRelays } from './relays.ts';
import { clip, textOf, type XmlElement } from './soap.ts';

export interface DescribeRequest {
  onvifUrl: string;
  username: string;
  password: string;
  /** Whether they may be shown to the camera; without it, they may. */
  guard?: CredentialGuard | undefined;
  /** For the whole description. One exchange gets at most half of it, so that a service that hangs can be gone round. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  clock?: Clock;
}

/**
 * Asks a camera over ONVIF who it is, how its clock stands and where its main and sub stream are (ONVIF Core 8, Media 5).
 * Throws AppError CAMERA_UNREACHABLE, CAMERA_UNAUTHORIZED (with a guard CAMERA_CREDENTIALS_REFUSED), CAMERA_NOT_ONVIF or
 * CAMERA_NO_STREAM with the camera's own words as details; when the signal is aborted, the signal's reason.
 */
export async function describeCamera(request: DescribeRequest): Promise<CameraProbe> {
  const { onvifUrl, username, password, timeoutMs, signal, clock = systemClock } = request;
  const url = URL.parse(onvifUrl);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new AppError('CAMERA_NOT_ONVIF', `${clip(onvifUrl)} is no http address`);

  const deadline = new AbortController();
  const stopTimer = clock.after(timeoutMs, () =>
    deadline.abort(new OnvifFailure('unreachable', `not described within ${timeoutMs} ms`)),
  );
  let stage: Stage = 'device';
  try {
    const device = new OnvifDevice({
      url,
      username,
      password,
      guard: request.guard,
      exchangeTimeoutMs: timeoutMs / 2,
      networks: request.networks,
      clock,
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    const clockOffsetMs = await device.readClock();
    const information = await device.information();
    stage = 'media';
    await device.findServices();
    const { profiles, advertisedUris, moves } = await readMedia(device, url.hostname);
    const word = (name: string) => clip(textOf(information, name));
    return {
      manufacturer: word('Manufacturer'),
      model: word('Model'),
      firmware: word('FirmwareVersion'),
      serial: word('SerialNumber'),
      clockOffsetMs,
      profiles,
      advertisedUris,
      services: device.services,
      auth: device.auth,
      capabilities: {
        ptz: moves && device.has('ptz'),
        imaging: device.has('imaging'),
        relays: await hasRelays(device, signal),
        events: device.has('events'),
      },
    };
  } catch (error) {
    throw error instanceof OnvifFailure ? toAppError(error, stage) : error;
  } finally {
    stopTimer();
  }
}

interface Media {
  profiles: CameraProfile[];
  advertisedUris: CameraProbe['advertisedUris'];
  /** Whether one of its profiles can be moved. */
  moves: boolean;
}

/**
 * Media2 first, because Media1 has no word for H.265 (Media2, 4). Where it answers with an HTML 500, hangs up or lists
 * nothing, Media1 is asked.
 */
async function readMedia(device: OnvifDevice, host: string): Promise<Media> {
  const offered = (['media2', 'media'] as const).filter((media) => device.has(media));
  if (offered.length === 0) throw new OnvifFailure('fault', 'the camera has no media service');
  let failure: unknown;
  for (const media of offered) {
    try {
      const response = await device.profiles(media);
      return { ...(await readStreams(device, media, response, host)), moves: moveable(response) !== null };
    } catch (error) {
      if (!(error instanceof OnvifFailure) || error.kind === 'unauthorized') throw error;
      failure ??= error;
    }
  }
  throw failure;
}

/** Relays are no reason to refuse a camera: one that fails to tell has none. */
async function hasRelays(device: OnvifDevice, signal: AbortSignal): Promise<boolean> {
  try {
    return (await readRelays(device)).length > 0;
  } catch (error) {
    if (signal.aborted) throw error;
    return false;
  }
}

/** The addresses of main and sub; where one is refused, the other serves both. */
async function readStreams(
  device: OnvifDevice,
  media: 'media' | 'media2',
  response: XmlElement,
  host: string,
): Promise<Omit<Media, 'moves'>> {
  const chosen = chooseRoles(readProfiles(response));
  if (!chosen) throw new OnvifFailure('fault', 'GetProfiles: no profile carries video');
  const main = await readStream(device, media, chosen.main, host);
  const sub = chosen.sub === chosen.main ? main : await readStream(device, media, chosen.sub, host);
  const found = { main: main instanceof OnvifFailure ? sub : main, sub: sub instanceof OnvifFailure ? main : sub };
  const advertisedUris: Media['advertisedUris'] = {};
  const profiles = (['main', 'sub'] as const).map((role: ProfileRole) => {
    const stream = found[role];
    if (stream instanceof OnvifFailure) throw stream;
    const { advertised, ...profile } = stream;
    if (advertised !== profile.streamUri) advertisedUris[role] = advertised;
    return { role, ...profile };
  });
  return { profiles, advertisedUris };
}

type Stream = Omit<CameraProfile, 'role'> & { advertised: string };

async function readStream(
  device: OnvifDevice,
  media: 'media' | 'media2',
  profile: VideoProfile,
  host: string,
): Promise<Stream | OnvifFailure> {
  try {
    const answer = await device.streamUri(media, profile.token);
    // Media1 wraps the address into MediaUri
    const written = textOf(answer, 'MediaUri', 'Uri') || textOf(answer, 'Uri');
    const address = parseStreamAddress(written);
    if (!address) return new OnvifFailure('fault', `GetStreamUri: ${clip(written) || 'an empty address'}`);
    const { token, name, codec, width, height, fps, keyIntervalSec, audio } = profile;
    // Cameras name addresses of networks they once lived in; where we reached its ONVIF service, its streams are too.
    const [advertised, streamUri] = [address.address, onHost(address, host)];
    return { token, name, codec, width, height, fps, keyIntervalSec, audio, streamUri, advertised };
  } catch (error) {
    if (error instanceof OnvifFailure && error.kind !== 'unreachable' && error.kind !== 'unauthorized') return error;
    throw error;
  }
}
