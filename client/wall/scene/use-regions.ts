import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { z } from 'zod';
import { Region } from '#contract/places.ts';
import { api } from '../../api/http.ts';

/** The regions that tiles may be of, asked for once a page: they change seldom. */
export const useRegions = defineStore('scene-regions', () => {
  const list = shallowRef<readonly Region[]>([]);
  api.get('/api/regions', z.array(Region)).then(
    (regions) => (list.value = regions),
    // without them, tiles are of everything
    () => undefined,
  );
  return { list };
});
