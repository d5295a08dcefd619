import type { Account } from '#contract/accounts.ts';
import type { Permission } from '#contract/permissions.ts';
import type { Hall, Region } from '#contract/places.ts';

/** How far a permission reaches. */
export interface Reach {
  /** Every hall, also those to come, and what belongs to none. */
  everything: boolean;
  hallIds: ReadonlySet<string>;
  regionIds: ReadonlySet<string>;
}

/** Where something lies: in a hall, or where that is none in a region. */
export interface Place {
  hallId: string | null;
  regionId: string;
}

/** Places for a query: halls, and of what lies in none, regions. */
export interface Within {
  hallIds: readonly string[];
  regionIds: readonly string[];
}

/** Who asks, with which session, and what he may. */
export interface Caller {
  account: Account;
  sessionId: string;
  /** He showed not long ago that it is he. */
  isConfirmed: boolean;
  rights: Rights;
}

/** Who had a token made, by user name, and with which session: the token ends with it. */
export interface TokenOwner {
  account: string;
  sessionId: string;
}

/** What somebody may do, and where. The one answer to that question: every check of the product asks here. */
export class Rights {
  static readonly none = new Rights(new Map());

  readonly #reaches: ReadonlyMap<Permission, Reach>;

  constructor(reaches: ReadonlyMap<Permission, Reach>) {
    this.#reaches = reaches;
  }

  /** Whether he may at all, wherever it is. */
  may(permission: Permission): boolean {
    return this.#reaches.has(permission);
  }

  /** Whether he may in this hall. Null and undefined stand for what belongs to no hall. */
  mayIn(permission: Permission, hallId: string | null | undefined): boolean {
    const reach = this.#reaches.get(permission);
    return reach !== undefined && (reach.everything || (typeof hallId === 'string' && reach.hallIds.has(hallId)));
  }

  /** Whether he may in this region and all below it; null: in the whole nation. */
  mayInRegion(permission: Permission, regionId: string | null): boolean {
    const reach = this.#reaches.get(permission);
    return reach !== undefined && (reach.everything || (regionId !== null && reach.regionIds.has(regionId)));
  }

  /** Whether he may there: in the hall, or in the whole region where there is no hall. */
  mayAt(permission: Permission, { hallId, regionId }: Place): boolean {
    return hallId === null ? this.mayInRegion(permission, regionId) : this.mayIn(permission, hallId);
  }

  /** Of these, what lies in the halls in which he may. */
  those<T>(permission: Permission, rows: readonly T[], hallOf: (row: T) => string | null | undefined): T[] {
    return rows.filter((row) => this.mayIn(permission, hallOf(row)));
  }

  /** Ids of the halls in which he may, for a query; null: wherever it is. */
  hallIds(permission: Permission): string[] | null {
    const reach = this.#reaches.get(permission);
    return reach?.everything ? null : [...(reach?.hallIds ?? [])];
  }

  /** Ids of the regions that he has whole; null: all. */
  regionIds(permission: Permission): string[] | null {
    const reach = this.#reaches.get(permission);
    return reach?.everything ? null : [...(reach?.regionIds ?? [])];
  }

  /** The halls in which he may and the regions that he has whole, for a query; null: everywhere. */
  within(permission: Permission): Within | null {
    const [hallIds, regionIds] = [this.hallIds(permission), this.regionIds(permission)];
    return hallIds === null || regionIds === null ? null : { hallIds, regionIds };
  }
}

/** The tree that somebody sees: the regions of the halls in which he may, with all above them, and those that he has whole. */
export function seenRegions(
  rights: Rights,
  permission: Permission,
  { regions, halls }: { regions: readonly Region[]; halls: readonly Pick<Hall, 'id' | 'regionId'>[] },
): Region[] {
  const parentOf = new Map(regions.map(({ id, parentId }) => [id, parentId]));
  const seen = new Set<string>();
  for (const { regionId } of rights.those(permission, halls, ({ id }) => id)) {
    for (let at: string | null = regionId; at !== null; at = parentOf.get(at) ?? null) seen.add(at);
  }
  return regions.filter(({ id }) => seen.has(id) || rights.mayInRegion(permission, id));
}
