import { onBeforeUnmount, watch } from 'vue';
import { useRoute, useRouter, type LocationQuery, type RouteLocationRaw } from 'vue-router';

/** What an address of the page says. */
export interface Place {
  cameras: string[];
  /** Epoch ms; null: now. */
  at: number | null;
}

/** Where the footage of a moment is to be seen. */
export function footageOf(cameras: readonly string[], at?: string | number): RouteLocationRaw {
  const moment = at === undefined ? {} : { at: new Date(at).toISOString() };
  return { name: 'footage', query: { cameras: cameras.join(','), ...moment } };
}

export function placeOf(query: LocationQuery, most: number): Place {
  const { cameras, at } = query;
  const ids = typeof cameras === 'string' ? cameras.split(',').filter((id) => id !== '') : [];
  const moment = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return { cameras: [...new Set(ids)].slice(0, most), at: Number.isNaN(moment) ? null : moment };
}

const REST_MS = 600;

/** Keeps the address true to what is seen, so that it can be given to a colleague; follows it where it is changed by hand. */
export function useAddress(options: {
  most: number;
  cameras: () => readonly string[];
  /** The moment where the page stands; null while it moves. */
  at: () => number | null;
  go: (place: Place) => void;
}): void {
  const route = useRoute();
  const router = useRouter();
  let written = JSON.stringify(route.query);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function write(): void {
    if (route.name !== 'footage') return;
    const at = options.at();
    const query = {
      cameras: options.cameras().join(','),
      ...(at === null ? (route.query.at ? { at: route.query.at } : {}) : { at: new Date(at).toISOString() }),
    };
    if (JSON.stringify(query) === written) return;
    written = JSON.stringify(query);
    void router.replace({ query });
  }
  watch([() => options.cameras().join(','), options.at], () => {
    clearTimeout(timer);
    timer = setTimeout(write, REST_MS);
  });
  watch(
    () => route.query,
    (query) => {
      if (route.name !== 'footage' || JSON.stringify(query) === written) return;
      written = JSON.stringify(query);
      options.go(placeOf(query, options.most));
    },
  );
  onBeforeUnmount(() => clearTimeout(timer));
}
