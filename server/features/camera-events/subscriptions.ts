import type { CameraEvent } from '#contract/camera-events.ts';
import type { Camera } from '#contract/cameras.ts';
import type { CameraAccess, SubscribeEvents } from './ports.ts';

export interface SubscriptionsDeps {
  subscribe: SubscribeEvents;
  /** Throws where the camera cannot be spoken to. */
  accessTo: (cameraId: string) => CameraAccess;
  onEvent: (event: CameraEvent) => void;
}

interface Subscription {
  /** What it rests on; another one asks for a new subscription. */
  key: string;
  end: AbortController;
}

/** One subscription for each camera that is switched on and offers events. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly #open = new Map<string, Subscription>();
  readonly #ending = new Set<Promise<void>>();

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** Opens, closes or renews the camera's subscription, as the camera is now. */
  apply(camera: Camera): void {
    const { id, enabled, onvifUrl, capabilities } = camera;
    if (!enabled || onvifUrl === null || !capabilities.events) return this.drop(id);
    const { username, password } = this.#deps.accessTo(id);
    const key = JSON.stringify([onvifUrl, username, password]);
    if (this.#open.get(id)?.key === key) return;
    this.drop(id);
    const end = new AbortController();
    this.#open.set(id, { key, end });
    const over = this.#deps
      .subscribe({
        onvifUrl,
        username,
        password,
        signal: end.signal,
        onEvent: (event) => this.#deps.onEvent({ ...event, cameraId: id }),
        onState: () => undefined,
      })
      .finally(() => this.#ending.delete(over));
    this.#ending.add(over);
  }

  drop(cameraId: string): void {
    this.#open.get(cameraId)?.end.abort();
    this.#open.delete(cameraId);
  }

  /** Resolves when every subscription has been given back. */
  async stop(): Promise<void> {
    for (const cameraId of [...this.#open.keys()]) this.drop(cameraId);
    await Promise.all(this.#ending);
  }
}
