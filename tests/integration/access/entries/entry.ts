import type { Permission } from '#contract/permissions.ts';
import { SPAN, type Cities, type City } from '../../../helpers/cities.ts';

/** How a route is asked about a city, and what becomes of it there. */
export interface Entry {
  /** What its address names, beside what `of` says. */
  names?: Record<string, string> | ((city: City) => Record<string, string>);
  query?: (city: City) => Record<string, string>;
  /** What it is sent (asking.ts). */
  body?: (city: City) => unknown;
  /** Makes what is used up by whoever may: gives its id. */
  fresh?: (cities: Cities) => Promise<string>;
  /**
   * About another city: `absent`, answered word for word as where there is no such city; `cut`, answered without a word of
   * it; `everywhere`: for those alone who may everywhere; `known`: everybody may know it.
   */
  elsewhere: 'absent' | 'cut' | 'everywhere' | 'known';
  /** Where a token opens it: what opens it as well, to whoever comes with a session. */
  session?: Permission;
  /** What whoever may is answered where the thing itself is not there: it was recorded nothing, say. */
  lacks?: string;
}

/** Entries of one part of the house, by method and address. */
export type Entries = Readonly<Record<string, Entry>>;

export const absent: Entry = { elsewhere: 'absent' };
export const list: Entry = { elsewhere: 'cut' };
export const house: Entry = { elsewhere: 'everywhere' };
export const spanned = () => SPAN;
export const days = { from: '2026-03-09', until: '2026-03-10' };
export const of = (noun: keyof City) => (city: City) => ({ id: city[noun] });

export const made = (url: string, body: (city: City) => object) => async (cities: Cities) =>
  (await cities.root.call<{ id: string }>('POST', url, body(cities.home))).id;
