import { NO_CAPABILITIES, type CameraProbe, type CameraProfile, type ProfileRole } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { onHost, parseStreamAddress } from '#lib/stream-address.ts';
import { OnvifFailure, toAppError, type Stage } from './failure.ts';
import { chooseRoles, readProfiles, type VideoProfile } from './media-profiles.ts';
import { OnvifDevice } from './onvif-device.ts';
import { child, clip, textOf, type XmlElement } from './soap.ts';

export interface DescribeRequest {
  onvifUrl: string;
  username: string;
  password: string;
  /** For the whole description. One exchange gets at most half of it, so that a service that hangs can be gone round. */
  timeoutMs: number;
  signal: AbortSignal;
  clock?: Clock;
}

/**
 * Asks a camera over ONVIF who it is, how its clock stands and where its main and sub stream are (ONVIF Core 8, Media 5).
 * Throws AppError CAMERA_UNREACHABLE, CAMERA_UNAUTHORIZED, CAMERA_NOT_ONVIF or CAMERA_NO_STREAM with the camera's own
 * words as details; when the signal is aborted, the signal's reason.
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
      exchangeTimeoutMs: timeoutMs / 2,
      clock,
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    const clockOffsetMs = await readClockOffset(device, clock);
    device.clockOffsetMs = clockOffsetMs ?? 0;
    const information = await device.information();
    stage = 'media';
    await device.findMedia();
    const profiles = await readStreams(device, url.hostname);
    const word = (name: string) => clip(textOf(information, name));
    return {
      manufacturer: word('Manufacturer'),
      model: word('Model'),
      firmware: word('FirmwareVersion'),
      serial: word('SerialNumber'),
      clockOffsetMs,
      profiles,
      services: [],
      auth: 'none',
      capabilities: { ...NO_CAPABILITIES },
    };
  } catch (error) {
    throw error instanceof OnvifFailure ? toAppError(error, stage) : error;
  } finally {
    stopTimer();
  }
}

/** Null where the camera does not tell: some answer this only to those who are signed in, or with local time alone. */
async function readClockOffset(device: OnvifDevice, clock: Clock): Promise<number | null> {
  const asked = clock.now();
  let answer: XmlElement;
  try {
    answer = await device.systemTime();
  } catch (error) {
    const goesOn = error instanceof OnvifFailure && ['unauthorized', 'fault', 'strange'].includes(error.kind);
    if (goesOn) return null;
    throw error;
  }
  const utc = child(answer, 'SystemDateAndTime', 'UTCDateTime');
  if (!utc) return null;
  const date = (part: string) => Number(textOf(utc, 'Date', part) || NaN);
  const time = (part: string) => Number(textOf(utc, 'Time', part) || NaN);
  const camera = Date.UTC(date('Year'), date('Month') - 1, date('Day'), time('Hour'), time('Minute'), time('Second'));
  return Number.isFinite(camera) ? Math.round(camera - (asked + clock.now()) / 2) : null;
}

/** The addresses of main and sub; where one is refused, the other serves both. */
async function readStreams(device: OnvifDevice, host: string): Promise<CameraProfile[]> {
  const chosen = chooseRoles(readProfiles(await device.profiles()));
  if (!chosen) throw new OnvifFailure('fault', 'GetProfiles: no profile carries video');
  const main = await readStream(device, chosen.main, host);
  const sub = chosen.sub === chosen.main ? main : await readStream(device, chosen.sub, host);
  const found = { main: main instanceof OnvifFailure ? sub : main, sub: sub instanceof OnvifFailure ? main : sub };
  return (['main', 'sub'] as const).map((role: ProfileRole) => {
    const stream = found[role];
    if (stream instanceof OnvifFailure) throw stream;
    return { role, ...stream };
  });
}

type Stream = Omit<CameraProfile, 'role'>;

async function readStream(device: OnvifDevice, profile: VideoProfile, host: string): Promise<Stream | OnvifFailure> {
  try {
    const answer = await device.streamUri(profile.token);
    // Media1 wraps the address into MediaUri
    const written = textOf(answer, 'MediaUri', 'Uri') || textOf(answer, 'Uri');
    const address = parseStreamAddress(written);
    if (!address) return new OnvifFailure('fault', `GetStreamUri: ${clip(written) || 'an empty address'}`);
    const { token, name, codec, width, height, fps, keyIntervalSec, audio } = profile;
    // Cameras name addresses of networks they once lived in; where we reached its ONVIF service, its streams are too.
    return { token, name, codec, width, height, fps, keyIntervalSec, audio, streamUri: onHost(address, host) };
  } catch (error) {
    if (error instanceof OnvifFailure && error.kind !== 'unreachable' && error.kind !== 'unauthorized') return error;
    throw error;
  }
}
