import type { CameraEvent, EventSubscription } from '#contract/camera-events.ts';
import type { Camera } from '#contract/cameras.ts';
import type { Clock } from '#lib/clock.ts';
import type { CameraAccess, SubscribeEvents, SubscriptionState } from './ports.ts';

export interface SubscriptionsDeps {
  clock: Pick<Clock, 'now'>;
  subscribe: SubscribeEvents;
  /** Throws where the camera cannot be spoken to. */
  accessTo: (cameraId: string) => CameraAccess;
  onEvent: (event: CameraEvent) => void;
  /** The state of a camera's subscription is another one, or there is none any more. */
  onState: (cameraId: string) => void;
}

interface Subscription {
  /** Another one asks for a new subscription: the camera's address or credentials have changed. */
  guard: CameraAccess['guard'];
  end: AbortController;
  state: EventSubscription;
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
    const access = this.#deps.accessTo(id);
    if (this.#open.get(id)?.guard === access.guard) return;
    this.drop(id);
    const end = new AbortController();
    const subscription: Subscription = { guard: access.guard, end, state: this.#at({ status: 'connecting' }) };
    this.#open.set(id, subscription);
    this.#deps.onState(id);
    const over = this.#deps
      .subscribe({
        ...access,
        signal: end.signal,
        onEvent: (event) => this.#deps.onEvent({ ...event, cameraId: id }),
        onState: (state) => this.#turn(id, subscription, state),
      })
      .finally(() => this.#ending.delete(over));
    this.#ending.add(over);
  }

  drop(cameraId: string): void {
    const subscription = this.#open.get(cameraId);
    if (!subscription) return;
    subscription.end.abort();
    this.#open.delete(cameraId);
    this.#deps.onState(cameraId);
  }

  /** Null: there is none. */
  stateOf(cameraId: string): EventSubscription | null {
    return this.#open.get(cameraId)?.state ?? null;
  }

  states(): EventSubscription[] {
    return [...this.#open.values()].map(({ state }) => state);
  }

  /** Trying again does not end a loss. */
  #turn(cameraId: string, subscription: Subscription, now: SubscriptionState): void {
    const before = subscription.state;
    if (this.#open.get(cameraId) !== subscription || (before.status === 'lost' && now.status === 'connecting')) return;
    const since = before.status === now.status ? before.since : undefined;
    subscription.state = this.#at(now, since);
    this.#deps.onState(cameraId);
  }

  #at(state: SubscriptionState, since = new Date(this.#deps.clock.now()).toISOString()): EventSubscription {
    const { code = null, detail = null } = state.status === 'lost' ? state : {};
    return { status: state.status, since, code, detail };
  }

  /** Resolves when every subscription has been given back. */
  async stop(): Promise<void> {
    for (const cameraId of [...this.#open.keys()]) this.drop(cameraId);
    await Promise.all(this.#ending);
  }
}
