import type { GrantScope } from '#contract/grants.ts';
import type { Hall, Region } from '#contract/places.ts';
import type { Reach } from '#lib/rights.ts';

export type HallPlace = Pick<Hall, 'id' | 'regionId'>;

const everything: Reach = { everything: true, hallIds: new Set(), regionIds: new Set() };

/** The tree of regions with its halls, as far as scopes need it. It never changes: another tree is another object. */
export class Places {
  readonly #below: ReadonlyMap<string | null, readonly Region[]>;
  readonly #hallsOf: ReadonlyMap<string, readonly HallPlace[]>;
  /** Accounts of one region share one set of halls. */
  readonly #reaches = new Map<string, Reach>();

  constructor(regions: readonly Region[], halls: readonly HallPlace[]) {
    this.#below = Map.groupBy(regions, ({ parentId }) => parentId);
    this.#hallsOf = Map.groupBy(halls, ({ regionId }) => regionId);
  }

  reachOf(scope: GrantScope): Reach {
    if (scope.of === 'everything') return everything;
    const key = `${scope.of} ${scope.id}`;
    const reach = this.#reaches.get(key) ?? this.#compute(scope);
    this.#reaches.set(key, reach);
    return reach;
  }

  /** Whether all that `inner` reaches lies within `outer`. */
  covers(outer: GrantScope, inner: GrantScope): boolean {
    const reach = this.reachOf(outer);
    if (reach.everything || inner.of === 'everything') return reach.everything;
    return (inner.of === 'region' ? reach.regionIds : reach.hallIds).has(inner.id);
  }

  #compute(scope: Exclude<GrantScope, { of: 'everything' }>): Reach {
    if (scope.of === 'hall') return { everything: false, hallIds: new Set([scope.id]), regionIds: new Set() };
    const regionIds = new Set([scope.id]);
    // a set that grows while it is walked hands out what was added
    for (const id of regionIds) for (const child of this.#below.get(id) ?? []) regionIds.add(child.id);
    const hallIds = [...regionIds].flatMap((id) => this.#hallsOf.get(id) ?? []).map(({ id }) => id);
    return { everything: false, hallIds: new Set(hallIds), regionIds };
  }
}
