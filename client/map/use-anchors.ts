import { shallowReactive, watch, type ShallowRef } from 'vue';
import L from 'leaflet';

export interface AnchoredAt {
  key: string;
  latitude: number;
  longitude: number;
  /** Leaflet pane: `overlayPane` lies under `markerPane`. */
  pane: 'overlayPane' | 'markerPane';
}

/**
 * Elements that stand at places of the map, by key: Leaflet owns where each one is, the caller teleports into it what is
 * shown there. Later places lie above earlier ones.
 */
export function useAnchors(
  map: ShallowRef<L.Map | undefined>,
  places: () => readonly AnchoredAt[],
): ReadonlyMap<string, HTMLElement> {
  const elements = shallowReactive(new Map<string, HTMLElement>());
  const markers = new Map<string, L.Marker>();

  function stand(at: L.Map, { key, latitude, longitude, pane }: AnchoredAt, zIndexOffset: number): void {
    let marker = markers.get(key);
    if (!marker) {
      const html = document.createElement('div');
      const icon = L.divIcon({ html, className: '', iconSize: [0, 0] });
      marker = L.marker([latitude, longitude], { icon, pane, interactive: false, keyboard: false }).addTo(at);
      markers.set(key, marker);
      elements.set(key, html);
    }
    const { lat, lng } = marker.getLatLng();
    if (lat !== latitude || lng !== longitude) marker.setLatLng([latitude, longitude]);
    if (marker.options.zIndexOffset !== zIndexOffset) marker.setZIndexOffset(zIndexOffset);
  }

  watch(
    [map, places],
    ([at, wanted]) => {
      if (!at) return;
      wanted.forEach((place, i) => stand(at, place, i * 1000));
      const keys = new Set(wanted.map((place) => place.key));
      for (const [key, marker] of markers) {
        if (keys.has(key)) continue;
        elements.delete(key);
        markers.delete(key);
        marker.remove();
      }
    },
    { immediate: true },
  );
  return elements;
}
