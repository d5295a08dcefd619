import type { z } from 'zod';
import type { LookRequest, StreamLook } from '#contract/camera-onboarding.ts';
import type { Camera, CameraProbe, DiscoveredCamera, DiscoverRequest, ProbeRequest } from '#contract/cameras.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { AppError } from '#lib/app-error.ts';
import type { CameraNetworks } from '#lib/camera-networks.ts';
import type { Clock } from '#lib/clock.ts';
import { parseStreamAddress } from '#lib/stream-address.ts';
import { factsOf, type Facts } from './description.ts';
import { Refusals } from './onboarding/refusals.ts';
import type { CameraAccess, Describe, Discover, Look } from './ports.ts';

export type Access = z.infer<typeof ProbeRequest>;

/** A camera that needs longer than this for all its answers together is of no use on a wall. */
const DESCRIBE_TIMEOUT_MS = 10_000;
const ASKED_AT_A_TIME = 8;
/** Long enough to hear that somebody is there. */
const ANSWER_TIMEOUT_MS = 2500;
/** A camera that hears nobody who has not signed in is a camera. */
const IS_CAMERA: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CAMERA_UNAUTHORIZED', 'CAMERA_NO_STREAM']);

export interface AskingPorts {
  describe: Describe;
  discover: Discover;
  /** Without it no stream is looked at before it is added. */
  look?: Look;
  clock: Clock;
  secret: Buffer;
  /** Where cameras may be; without it, anywhere. */
  networks?: Pick<CameraNetworks, 'resolve'>;
}

/** Questions to cameras on the wire, all of which end with SHUTTING_DOWN when the service stops. */
export class Asking {
  readonly #ports: AskingPorts;
  readonly #refusals: Refusals;
  #running: AbortController | null = null;

  constructor(ports: AskingPorts) {
    this.#ports = ports;
    this.#refusals = new Refusals(ports);
  }

  start(): void {
    this.#running ??= new AbortController();
  }

  stop(): void {
    this.#running?.abort(new AppError('SHUTTING_DOWN'));
    this.#running = null;
  }

  /** Asks with what a person typed. Throws AppError CAMERA_*; what the camera has just refused is not tried again. */
  describe(access: Access): Promise<CameraProbe> {
    return this.#refusals.guard(access.onvifUrl, access, () => this.#describe(access, this.#signal()));
  }

  /** Asks with what is stored. Throws AppError CAMERA_*; `until` ends this question alone. */
  describeStored(access: CameraAccess, until: AbortSignal): Promise<CameraProbe> {
    return this.#describe(access, AbortSignal.any([until, this.#signal()]));
  }

  async #describe(access: Access & Partial<CameraAccess>, signal: AbortSignal): Promise<CameraProbe> {
    if (URL.parse(access.onvifUrl)?.username) {
      // the address is stored and shown as it is
      throw new AppError('REQUEST_INVALID', [{ path: 'onvifUrl', message: 'leave user and password out of it' }]);
    }
    return this.#ports.describe({ ...access, timeoutMs: DESCRIBE_TIMEOUT_MS, signal });
  }

  /** Null where a camera answers; nobody is signed in for it. Otherwise why there is none. */
  async answersAt(onvifUrl: string): Promise<AppError | null> {
    try {
      const stranger = { username: '', password: '', timeoutMs: ANSWER_TIMEOUT_MS };
      await this.#ports.describe({ onvifUrl, ...stranger, signal: this.#signal() });
      return null;
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'SHUTTING_DOWN') throw error;
      return IS_CAMERA.has(error.code) ? null : error;
    }
  }

  /** What a stream really sends. Throws AppError CAMERA_*. */
  async look({ streamUri, username, password }: LookRequest): Promise<StreamLook> {
    const { look } = this.#ports;
    if (!look) throw new AppError('CAMERA_UNSUPPORTED');
    const stream = parseStreamAddress(streamUri);
    if (!stream || stream.username !== '') {
      const message = stream ? 'leave user and password out of it' : 'not an rtsp:// address';
      throw new AppError('REQUEST_INVALID', [{ path: 'streamUri', message }]);
    }
    const address = { uri: stream.address, username, password };
    return this.#refusals.guard(stream.address, address, () => look({ address, signal: this.#signal() }));
  }

  /** Whether cameras may be where this stream is; a name that leads nowhere now may lead somewhere later. */
  async permit(streamUri: string): Promise<void> {
    const stream = parseStreamAddress(streamUri);
    if (!stream) return;
    await this.#ports.networks?.resolve(stream.host).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'CAMERA_ADDRESS_FORBIDDEN') throw error;
    });
  }

  /** Throws AppError DISCOVERY_FAILED. Each that answers the search is asked once more where it is said to be. */
  async discover(request: z.infer<typeof DiscoverRequest>): Promise<Omit<DiscoveredCamera, 'knownAs'>[]> {
    const found = await this.#ports.discover({ ...request, signal: this.#signal() });
    const all: Omit<DiscoveredCamera, 'knownAs'>[] = found.map((match) => ({ ...match, answers: null }));
    const waiting = all.values();
    const askOn = async () => {
      for (const match of waiting) match.answers = (await this.answersAt(match.onvifUrl)) === null;
    };
    await Promise.all(Array.from({ length: ASKED_AT_A_TIME }, askOn));
    return all;
  }

  /**
   * Facts to store with a change of a camera, or null where what is known of it stays. A new ONVIF address must answer; a
   * new user or password must not be refused, but may wait for a camera that does not answer now.
   */
  async factsAfter(before: Camera, after: Camera, passwords: { before: string; after: string }): Promise<Facts | null> {
    const { onvifUrl, username } = after;
    const moved = onvifUrl !== before.onvifUrl;
    const rekeyed = username !== before.username || passwords.after !== passwords.before;
    if (onvifUrl === null || !(moved || rekeyed)) return null;
    try {
      return factsOf(await this.describe({ onvifUrl, username, password: passwords.after }));
    } catch (error) {
      if (moved || !(error instanceof AppError)) throw error;
      if (error.code === 'CAMERA_UNAUTHORIZED' || !error.code.startsWith('CAMERA_')) throw error;
      return null;
    }
  }

  #signal(): AbortSignal {
    if (!this.#running) throw new AppError('SHUTTING_DOWN');
    return this.#running.signal;
  }
}
