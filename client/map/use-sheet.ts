import { computed, onMounted, watch, type Ref } from 'vue';
import L from 'leaflet';
import { useFitting, useLeaflet } from './use-leaflet.ts';

/**
 * A drawing of a floor plan as the only sheet of a map: Leaflet moves and scales it, and it is fitted anew when it or the
 * map takes other sides.
 * @param ground the element that becomes the map
 * @param drawing the drawing, which the map takes over
 * @param size sides of the drawing, in its own units
 * @param padding free space around it when it is fitted, pixels
 */
export function useSheet(
  ground: Readonly<Ref<HTMLElement | null>>,
  drawing: Readonly<Ref<SVGSVGElement | null>>,
  size: () => { width: number; height: number },
  padding: L.FitBoundsOptions,
  options: L.MapOptions = {},
) {
  const map = useLeaflet(ground, {
    crs: L.CRS.Simple,
    center: [0, 0],
    zoom: 0,
    minZoom: -3,
    // as large as fits, not the next power of two
    zoomSnap: 0.1,
    maxZoom: 4,
    ...options,
  });
  // CRS.Simple counts upwards, drawings downwards: the plan hangs below the origin.
  const bounds = computed(() => L.latLngBounds([-size().height, 0], [0, size().width]));
  const fit = useFitting(map, () => map.value?.fitBounds(bounds.value, { ...padding, animate: false }));

  let overlay: L.SVGOverlay | undefined;
  onMounted(() => {
    overlay = L.svgOverlay(drawing.value!, bounds.value, { interactive: true }).addTo(map.value!);
    fit();
  });
  watch(bounds, (is, was) => {
    if (is.equals(was)) return;
    overlay?.setBounds(is);
    fit();
  });
  return { map, fit };
}
