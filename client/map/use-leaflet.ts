import { onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from 'vue';
import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import './leaflet.css';

/** A Leaflet map in an element of this component: made when it is mounted, told when the element changes its size. */
export function useLeaflet(
  container: Readonly<ShallowRef<HTMLElement | null>>,
  options: L.MapOptions,
): ShallowRef<L.Map | undefined> {
  const map = shallowRef<L.Map>();
  const observer = new ResizeObserver(() => map.value?.invalidateSize({ animate: false }));

  onMounted(() => {
    const element = container.value!;
    map.value = L.map(element, { zoomControl: false, attributionControl: false, zoomSnap: 0, ...options });
    observer.observe(element);
  });
  onBeforeUnmount(() => {
    observer.disconnect();
    map.value?.remove();
    map.value = undefined;
  });
  return map;
}

/**
 * What fits a map stays fitted when the map takes another size, until somebody moves or scales it by hand.
 * @param fit shows what is to be seen, at once
 * @returns the same, to be called instead of it
 */
export function useFitting(map: Readonly<ShallowRef<L.Map | undefined>>, fit: () => void): () => void {
  let fitting = false;
  let byHand = false;
  const fitted = () => {
    fitting = true;
    fit();
    fitting = false;
    byHand = false;
  };
  watch(map, (at) => {
    at?.on('dragstart zoomstart', () => (byHand ||= !fitting));
    at?.on('resize', () => byHand || fitted());
  });
  return fitted;
}
