import { computed, onBeforeUnmount, onMounted, shallowRef } from 'vue';
import { isZoomed, panBy, WHOLE, zoomBy, zoomByKey, type Zoom } from './zoom.ts';

/** One notch of a wheel is about 100: a quarter larger. */
const WHEEL_STEP = 0.0022;
/** A hand that presses a button trembles less than this, px. */
const TREMBLE_PX = 4;

/** Digital zoom of the picture in `host`: wheel and drag there, `key` for the keyboard. */
export function useZoom(host: () => HTMLElement) {
  const zoom = shallowRef<Zoom>(WHOLE);
  const zoomed = computed(() => isZoomed(zoom.value));
  let drag: { x: number; y: number; moved: boolean } | null = null;

  function onWheel(event: WheelEvent): void {
    event.preventDefault();
    const box = host().getBoundingClientRect();
    const at = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    zoom.value = zoomBy(zoom.value, Math.exp(-event.deltaY * WHEEL_STEP), at);
  }

  function onDown(event: PointerEvent): void {
    drag = zoomed.value && event.button === 0 ? { x: event.clientX, y: event.clientY, moved: false } : null;
  }

  function onMove(event: PointerEvent): void {
    if (!drag || event.buttons === 0) return;
    const box = host().getBoundingClientRect();
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(x, y) < TREMBLE_PX) return;
    zoom.value = panBy(zoom.value, -x / box.width, -y / box.height);
    drag = { x: event.clientX, y: event.clientY, moved: true };
  }

  /** The click that ends a drag is no click. */
  function onClick(event: MouseEvent): void {
    if (drag?.moved) event.stopPropagation();
    drag = null;
  }

  /** True where the key was meant for the zoom. */
  function key(name: string): boolean {
    const next = zoomByKey(zoom.value, name);
    if (next) zoom.value = next;
    return next !== null;
  }

  const stop = new AbortController();
  onMounted(() => {
    const { signal } = stop;
    const element = host();
    element.addEventListener('wheel', onWheel, { passive: false, signal });
    element.addEventListener('pointerdown', onDown, { signal });
    element.addEventListener('pointermove', onMove, { signal });
    element.addEventListener('click', onClick, { capture: true, signal });
  });
  onBeforeUnmount(() => stop.abort());

  return { zoom, zoomed, key };
}
