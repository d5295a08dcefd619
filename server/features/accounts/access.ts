import type { Duty, Grant } from '#contract/grants.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Hall, Region } from '#contract/places.ts';
import { onceAt, type Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { Rights } from '#lib/rights.ts';
import { dutiesOf, isOver, gives, mayGive, rightsOf } from './granting.ts';
import { Places } from './places.ts';

/** What is needed of regions and halls. */
export interface PlacesPort {
  regions(): Region[];
  list(): Hall[];
  readonly changed: Emitter<Hall>;
  readonly removed: Emitter<string>;
  readonly regionChanged: Emitter<Region>;
}

/**
 * Who may do what, and where: the grants of all accounts and the tree of places, in memory, so that a check is a look into a
 * set. What an account may is computed when it is first asked, and anew when its grants, the places or the time change it.
 */
export class Access {
  /** The usernames whose rights may be other ones now; null: everybody's. */
  readonly changed = new Emitter<ReadonlySet<string> | null>();

  readonly #clock: Clock;
  readonly #port: PlacesPort;
  #places = new Places([], []);
  #regionOf = new Map<string, string>();
  readonly #grants = new Map<string, readonly Grant[]>();
  readonly #rights = new Map<string, Rights>();
  /** Who may nothing, whatever his grants are. */
  readonly #disabled = new Set<string>();
  #leave: (() => void)[] = [];
  #cancelEnd: (() => void) | null = null;

  constructor({ clock, places }: { clock: Clock; places: PlacesPort }) {
    this.#clock = clock;
    this.#port = places;
  }

  start(grants: ReadonlyMap<string, readonly Grant[]>, disabled: readonly string[] = []): void {
    this.stop();
    for (const username of disabled) this.#disabled.add(username);
    for (const [username, own] of grants) this.#grants.set(username, own);
    this.#renewPlaces();
    this.#awaitEnd();
    const { changed, removed, regionChanged } = this.#port;
    this.#leave = [
      changed.on(({ id, regionId }) => this.#regionOf.get(id) !== regionId && this.#renewPlaces()),
      removed.on((hallId) => this.#forgetHall(hallId)),
      regionChanged.on(() => this.#renewPlaces()),
    ];
  }

  stop(): void {
    for (const leave of this.#leave) leave();
    this.#leave = [];
    this.#cancelEnd?.();
    this.#cancelEnd = null;
  }

  /** All that stand, also those that are over. */
  grantsOf(username: string): readonly Grant[] {
    return this.#grants.get(username) ?? [];
  }

  rightsOf(username: string): Rights {
    const known = this.#rights.get(username);
    if (known) return known;
    const grants = this.#lasting(username);
    const rights = grants.length === 0 ? Rights.none : rightsOf(grants, this.#places);
    this.#rights.set(username, rights);
    return rights;
  }

  dutiesOf(username: string): Duty[] {
    return dutiesOf(this.#lasting(username), this.#places);
  }

  /** The usernames of those who may do this in one of these halls at least; null: anywhere. */
  whoMay(permission: Permission, hallIds: readonly string[] | null): string[] {
    const now = this.#clock.now();
    const covers = (grant: Grant): boolean => {
      if (!gives(grant, permission) || isOver(grant, now)) return false;
      const reach = this.#places.reachOf(grant.scope);
      return hallIds === null || reach.everything || hallIds.some((id) => reach.hallIds.has(id));
    };
    return [...this.#grants].flatMap(([username, grants]) => {
      return !this.#disabled.has(username) && grants.some(covers) ? [username] : [];
    });
  }

  /** Whether `giver` may give or take back this grant. */
  mayGive(giver: string, grant: Grant): boolean {
    return mayGive(this.#lasting(giver), grant, this.#places);
  }

  /** Whether somebody but this account administers everything, for good. */
  isAdministeredBeside(username: string): boolean {
    return this.#grants.entries().some(([name, grants]) => {
      return name !== username && !this.#disabled.has(name) && grants.some(isForGood);
    });
  }

  /** Call after the commit. */
  put(username: string, grants: readonly Grant[]): void {
    this.#grants.set(username, grants);
    this.#rights.delete(username);
    this.#awaitEnd();
    this.changed.emit(new Set([username]));
  }

  isDisabled(username: string): boolean {
    return this.#disabled.has(username);
  }

  /** Call after the commit. */
  setDisabled(username: string, isDisabled: boolean): void {
    if (isDisabled) this.#disabled.add(username);
    else this.#disabled.delete(username);
    this.#rights.delete(username);
    this.changed.emit(new Set([username]));
  }

  #lasting(username: string): Grant[] {
    if (this.#disabled.has(username)) return [];
    const now = this.#clock.now();
    return this.grantsOf(username).filter((grant) => !isOver(grant, now));
  }

  #renewPlaces(): void {
    const halls = this.#port.list();
    this.#places = new Places(this.#port.regions(), halls);
    this.#regionOf = new Map(halls.map(({ id, regionId }) => [id, regionId]));
    this.#rights.clear();
    this.changed.emit(null);
  }

  /** The database has forgotten its grants as well: a new hall of this name shall not find them. */
  #forgetHall(hallId: string): void {
    for (const [username, grants] of this.#grants) {
      const left = grants.filter(({ scope }) => scope.of !== 'hall' || scope.id !== hallId);
      if (left.length < grants.length) this.#grants.set(username, left);
    }
    this.#renewPlaces();
  }

  /** Sets the timer for the next grant that ends by itself. */
  #awaitEnd(): void {
    this.#cancelEnd?.();
    this.#cancelEnd = null;
    const now = this.#clock.now();
    let next = Infinity;
    for (const grants of this.#grants.values()) {
      for (const grant of grants) if (!isOver(grant, now)) next = Math.min(next, endOf(grant));
    }
    if (next === Infinity) return;
    this.#cancelEnd = onceAt(this.#clock, next, () => this.#end(now));
  }

  /** Takes what ended since then. */
  #end(since: number): void {
    const now = this.#clock.now();
    const ended = new Set<string>();
    for (const [username, grants] of this.#grants) {
      if (grants.some((grant) => isOver(grant, now) && endOf(grant) > since)) ended.add(username);
    }
    for (const username of ended) this.#rights.delete(username);
    this.#awaitEnd();
    if (ended.size > 0) this.changed.emit(ended);
  }
}

export function isForGood({ role, scope, until }: Grant): boolean {
  return role === 'administrator' && scope.of === 'everything' && until === null;
}

function endOf({ until }: Grant): number {
  return until === null ? Infinity : Date.parse(until);
}
