import type { z } from 'zod';
import type { Camera, CameraProbe, DiscoveredCamera, DiscoverRequest, ProbeRequest } from '#contract/cameras.ts';
import { AppError } from '#lib/app-error.ts';
import { factsOf, type Facts } from './description.ts';
import type { Describe, Discover } from './ports.ts';

export type Access = z.infer<typeof ProbeRequest>;

/** A camera that needs longer than this for all its answers together is of no use on a wall. */
const DESCRIBE_TIMEOUT_MS = 10_000;

/** Questions to cameras on the wire, all of which end with SHUTTING_DOWN when the service stops. */
export class Asking {
  readonly #ports: { describe: Describe; discover: Discover };
  #running: AbortController | null = null;

  constructor(ports: { describe: Describe; discover: Discover }) {
    this.#ports = ports;
  }

  start(): void {
    this.#running ??= new AbortController();
  }

  stop(): void {
    this.#running?.abort(new AppError('SHUTTING_DOWN'));
    this.#running = null;
  }

  /** Throws AppError CAMERA_*. `until` ends this question alone. */
  async describe(access: Access, until?: AbortSignal): Promise<CameraProbe> {
    if (URL.parse(access.onvifUrl)?.username) {
      // the address is stored and shown as it is
      throw new AppError('REQUEST_INVALID', [{ path: 'onvifUrl', message: 'leave user and password out of it' }]);
    }
    const signal = until ? AbortSignal.any([until, this.#signal()]) : this.#signal();
    return this.#ports.describe({ ...access, timeoutMs: DESCRIBE_TIMEOUT_MS, signal });
  }

  /** Throws AppError DISCOVERY_FAILED. */
  async discover(request: z.infer<typeof DiscoverRequest>): Promise<Omit<DiscoveredCamera, 'knownAs'>[]> {
    return this.#ports.discover({ ...request, signal: this.#signal() });
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
