import type { CameraControls, ImagingChange, PtzMove, PtzPreset } from '#contract/camera-control.ts';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import { systemClock, type Clock } from '#lib/clock.ts';
import { StoredCredentials, type CredentialGuard } from '#lib/credential-guard.ts';
import { OnvifFailure, toAppError } from './failure.ts';
import { readImaging, setImaging } from './imaging.ts';
import { chooseRoles, moveable, readProfiles } from './media-profiles.ts';
import { OnvifDevice } from './onvif-device.ts';
import { Ptz } from './ptz.ts';
import { readRelays, setRelay } from './relays.ts';

export interface OpenControlsRequest {
  onvifUrl: string;
  username: string;
  password: string;
  /** Whether they may be shown to the camera; without it, a refused one is not shown again. */
  guard?: CredentialGuard | undefined;
  /** For each exchange with the camera. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Where cameras may be; without it, anywhere. */
  networks?: CameraNetworks | undefined;
  clock?: Clock;
}

interface Session {
  device: OnvifDevice;
  ptz: Ptz | null;
  /** Token of the video source of the main stream, whose picture is adjusted. */
  source: string;
}

/**
 * Opens the controls of a camera; nothing is asked of it before the first command, and what was learned then (its time,
 * the proof it wants, its services) serves those that follow.
 */
export function openControls(request: OpenControlsRequest): Controls {
  return new Controls(request);
}

/** Commands to one camera, one at a time. All throw AppError CAMERA_*, or the signal's reason. */
class Controls {
  readonly #request: OpenControlsRequest;
  readonly #clock: Clock;
  readonly #guard: CredentialGuard;
  #session: Promise<Session> | null = null;

  constructor(request: OpenControlsRequest) {
    this.#request = request;
    this.#clock = request.clock ?? systemClock;
    this.#guard = request.guard ?? new StoredCredentials({ clock: this.#clock });
  }

  controls(): Promise<CameraControls> {
    return this.#with(async ({ device, ptz, source }) => ({
      ptz: ptz && (await unlessMissing(async () => ({ presets: await ptz.presets(), home: await homeOf(ptz) }))),
      imaging: device.has('imaging') && source !== '' ? await unlessMissing(() => readImaging(device, source)) : null,
      relays: (await unlessMissing(() => readRelays(device))) ?? [],
    }));
  }

  move(move: PtzMove): Promise<void> {
    return this.#withPtz((ptz) => ptz.move(move));
  }

  stop(): Promise<void> {
    return this.#withPtz((ptz) => ptz.stop());
  }

  home(): Promise<void> {
    return this.#withPtz((ptz) => ptz.home());
  }

  goToPreset(token: string): Promise<void> {
    return this.#withPtz((ptz) => ptz.goToPreset(token));
  }

  savePreset(name: string): Promise<PtzPreset> {
    return this.#withPtz((ptz) => ptz.savePreset(name));
  }

  removePreset(token: string): Promise<void> {
    return this.#withPtz((ptz) => ptz.removePreset(token));
  }

  setImaging(change: ImagingChange): Promise<void> {
    return this.#with(async ({ device, source }) => {
      if (!device.has('imaging') || source === '') throw new OnvifFailure('unsupported', 'it has no imaging service');
      await setImaging(device, source, await readImaging(device, source), change);
    });
  }

  setRelay(token: string, on: boolean): Promise<void> {
    return this.#with(({ device }) => setRelay(device, token, on));
  }

  #withPtz<T>(work: (ptz: Ptz) => Promise<T>): Promise<T> {
    return this.#with(({ ptz }) => {
      if (!ptz) throw new OnvifFailure('unsupported', 'no profile of the camera can be moved');
      return work(ptz);
    });
  }

  async #with<T>(work: (session: Session) => Promise<T>): Promise<T> {
    try {
      // a session that could not be opened is no session
      this.#session ??= this.#open().catch((error: unknown) => {
        this.#session = null;
        throw error;
      });
      return await work(await this.#session);
    } catch (error) {
      if (error instanceof AppError) this.#session = null;
      if (!(error instanceof OnvifFailure)) throw error;
      // A camera that restarted, or another one at its address, may want everything anew.
      if (['unreachable', 'hung-up', 'unauthorized'].includes(error.kind)) this.#session = null;
      throw toAppError(error, 'control');
    }
  }

  async #open(): Promise<Session> {
    const { onvifUrl, username, password, timeoutMs, signal } = this.#request;
    const url = URL.parse(onvifUrl);
    if (!url) throw new OnvifFailure('foreign', 'no http address');
    const device = new OnvifDevice({
      url,
      username,
      password,
      guard: this.#guard,
      exchangeTimeoutMs: timeoutMs,
      networks: this.#request.networks,
      clock: this.#clock,
      signal,
    });
    await device.readClock();
    await device.findServices();
    // Tokens of profiles are the same in both (Media2, 4.1); the one that answers is good enough here.
    for (const media of (['media2', 'media'] as const).filter((name) => device.has(name))) {
      try {
        const response = await device.profiles(media);
        const profile = moveable(response);
        const ptz = profile && device.has('ptz') ? new Ptz(device, profile) : null;
        const chosen = chooseRoles(readProfiles(response));
        if (chosen || ptz) return { device, ptz, source: chosen?.main.source ?? '' };
      } catch (error) {
        if (!(error instanceof OnvifFailure) || error.kind === 'unauthorized') throw error;
      }
    }
    return { device, ptz: null, source: '' };
  }
}

async function homeOf(ptz: Ptz): Promise<boolean> {
  return (await unlessMissing(() => ptz.hasHome())) ?? false;
}

/** Null where the camera has no such function after all, however it puts it. */
async function unlessMissing<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    const missing = error instanceof OnvifFailure && !['unreachable', 'unauthorized'].includes(error.kind);
    if (missing) return null;
    throw error;
  }
}
