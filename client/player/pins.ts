import { shallowReactive } from 'vue';
import { defineStore } from 'pinia';
import type { ProfileRole } from '#contract/cameras.ts';

/** Streams that people chose by hand, by camera, for as long as the page is open. */
export const usePins = defineStore('pins', () => {
  const roles = shallowReactive(new Map<string, ProfileRole>());

  function pin(cameraId: string, role: ProfileRole | null): void {
    if (role === null) roles.delete(cameraId);
    else roles.set(cameraId, role);
  }

  return { of: (cameraId: string): ProfileRole | null => roles.get(cameraId) ?? null, pin };
});
