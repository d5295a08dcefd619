import { isDeepStrictEqual } from 'node:util';
import type {
  Painting,
  ScreenDrive,
  ScreenFacts,
  ScreenOrder,
  ScreenRef,
  ScreenShow,
  ScreenState,
} from '#contract/screens.ts';
import type { Clock } from '#lib/clock.ts';
import type { Shown } from './driving.ts';
import { pictureOf, pictureOfAlert, type PicturesDeps } from './pictures.ts';
import type { ScreenLink } from './ports.ts';
import type { StoredScreen } from './repository.ts';

export interface ScreenDeps extends PicturesDeps {
  clock: Clock;
  /** Anything about the screen is another. */
  changed: () => void;
}

/** Somebody sits behind this link under that name, or nobody. */
interface Presence {
  link: ScreenLink;
  username: string;
  facts: ScreenFacts;
}

/** One screen of the wall: what it shall show, what it shows for an alert meanwhile, and whether its browser has painted it. */
export class Screen {
  readonly ref: ScreenRef;
  readonly #deps: ScreenDeps;
  show: ScreenShow;
  lockedBy: string | null;
  drive: ScreenDrive | null = null;
  #driven: { shown: Shown; show: ScreenDrive['show'] } | null = null;
  #presence: Presence | null = null;
  #since: string;
  #order: ScreenOrder;
  #painting: Painting = { state: 'away', afterMs: null };

  constructor({ group, name, show, lockedBy, seenAt }: StoredScreen, deps: ScreenDeps) {
    this.ref = { group, name };
    this.#deps = deps;
    this.show = show;
    this.lockedBy = lockedBy;
    this.#since = seenAt;
    this.#order = this.#nextOrder(0);
  }

  get online(): boolean {
    return this.#presence !== null;
  }

  /** Alerts and others may change it. */
  get free(): boolean {
    return this.online && this.lockedBy === null;
  }

  get order(): ScreenOrder {
    return this.#order;
  }

  /** A browser comes under this name; an older one is told that it no longer has it. */
  join(presence: Presence): void {
    this.#presence?.link.replaced();
    this.#presence = presence;
    this.#since = this.#now();
    this.#order = this.#nextOrder(this.#order.revision + 1);
    void this.#paint();
  }

  /** Its browser is gone, unless another has come under its name. */
  leave(link: ScreenLink): void {
    if (this.#presence?.link !== link) return;
    this.#presence = null;
    this.#since = this.#now();
    this.#driven = null;
    this.#painting = { state: 'away', afterMs: null };
    this.#order = this.#nextOrder(this.#order.revision + 1);
    this.#deps.changed();
  }

  tell(link: ScreenLink, facts: ScreenFacts): void {
    if (this.#presence?.link !== link) return;
    this.#presence.facts = facts;
    this.#deps.changed();
  }

  /** An alert takes the screen, or with null gives it back. */
  driveTo(shown: Shown | null, show: ScreenDrive['show']): Promise<Painting> {
    this.#driven = shown && { shown, show };
    return this.refresh();
  }

  /** Paints anew where what it shall show looks different now; how that went. */
  async refresh(): Promise<Painting> {
    const next = this.#nextOrder(this.#order.revision + 1);
    if (isDeepStrictEqual({ ...next, revision: 0 }, { ...this.#order, revision: 0 })) return this.#painting;
    this.#order = next;
    return this.#paint();
  }

  state(): ScreenState {
    const presence = this.#presence;
    return {
      ...this.ref,
      online: presence !== null,
      since: this.#since,
      username: presence?.username ?? null,
      facts: presence?.facts ?? null,
      show: this.show,
      order: this.#order,
      painting: this.#painting,
      drive: this.drive,
    };
  }

  #nextOrder(revision: number): ScreenOrder {
    const driven = this.#driven;
    const { shown } = driven ?? {};
    const picture = driven
      ? pictureOfAlert(driven.shown.alert, driven.show, this.#deps)
      : pictureOf(this.show, this.#deps);
    return {
      revision,
      ...picture,
      driven: shown
        ? { alertId: shown.alert.id, alert: shown.alert, until: new Date(shown.until).toISOString() }
        : null,
      lockedBy: this.lockedBy,
      withheld: false,
    };
  }

  /** Sends the order; an older one that is answered late says nothing about this one. */
  async #paint(): Promise<Painting> {
    const { clock } = this.#deps;
    const order = this.#order;
    if (!this.#presence) return this.#painted({ state: 'away', afterMs: null });
    const began = clock.monotonic();
    this.#painted({ state: 'waiting', afterMs: null });
    const state = await this.#presence.link.paint(order).then(
      () => 'painted' as const,
      () => 'late' as const,
    );
    const painting: Painting = { state, afterMs: Math.round(clock.monotonic() - began) };
    return order === this.#order && this.#presence ? this.#painted(painting) : painting;
  }

  #painted(painting: Painting): Painting {
    this.#painting = painting;
    this.#deps.changed();
    return painting;
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}
