import { computed, onScopeDispose, shallowReactive, watchEffect } from 'vue';

/** Of which cameras there are pictures on the page: one for each place that shows some. */
const watched = shallowReactive(new Map<symbol, string>());

export const watchedCameras = computed(() => new Set(watched.values()));

/** Says that pictures of this camera can be seen here, for as long as the component is there. */
export function useWatched(cameraId: () => string | null): void {
  const place = Symbol('place');
  watchEffect(() => {
    const id = cameraId();
    if (id === null) watched.delete(place);
    else watched.set(place, id);
  });
  onScopeDispose(() => watched.delete(place));
}
