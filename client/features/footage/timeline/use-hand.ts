import { onBeforeUnmount, onMounted, shallowRef } from 'vue';
import { moved, spanOf, toTime, zoomed, type View } from './time-scale.ts';

/** Where the pointer rests. */
export interface Hover {
  x: number;
  y: number;
  at: number;
  /** Index of the camera; -1: the ruler. */
  row: number;
}

export interface HandOptions {
  host: () => HTMLElement;
  view: () => View;
  width: () => number;
  rowAt: (y: number) => number | null;
  setView: (view: View) => void;
  /** Released on the ruler, or clicked in a row. */
  seek: (at: number, row: number) => void;
}

/** One notch of a wheel is about 100: a fifth more or less. */
const WHEEL_STEP = 0.0018;
/** A hand that presses a button trembles less than this, px. */
const TREMBLE_PX = 4;

/** Pointer and wheel on the timeline: the wheel zooms where the pointer is, a drag pans, a drag on the ruler scrubs. */
export function useHand({ host, view, width, rowAt, setView, seek }: HandOptions) {
  const hover = shallowRef<Hover | null>(null);
  /** The moment under a hand that scrubs. */
  const scrub = shallowRef<number | null>(null);
  const panning = shallowRef(false);
  let drag: { x: number; view: View; row: number; moved: boolean } | null = null;

  function place(event: MouseEvent): { x: number; y: number; at: number } {
    const box = host().getBoundingClientRect();
    const x = Math.min(width(), Math.max(0, event.clientX - box.left));
    return { x, y: event.clientY - box.top, at: toTime(view(), width(), x) };
  }

  function onWheel(event: WheelEvent): void {
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      setView(moved(view(), (sideways / width()) * spanOf(view())));
    } else setView(zoomed(view(), Math.exp(event.deltaY * WHEEL_STEP), place(event).at));
    onHover(event);
  }

  function onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { x, y, at } = place(event);
    const row = rowAt(y);
    if (row === null) return;
    host().setPointerCapture(event.pointerId);
    drag = { x, view: view(), row, moved: false };
    if (row === -1) scrub.value = at;
  }

  function onMove(event: PointerEvent): void {
    if (!drag) return onHover(event);
    const { x, at } = place(event);
    if (drag.row === -1) return void (scrub.value = at);
    if (!drag.moved && Math.abs(x - drag.x) < TREMBLE_PX) return;
    drag.moved = true;
    panning.value = true;
    hover.value = null;
    const ms = ((drag.x - x) / width()) * spanOf(drag.view);
    setView(moved(drag.view, ms));
  }

  function onUp(event: PointerEvent): void {
    if (!drag) return;
    const { at } = place(event);
    const { row, moved: panned } = drag;
    end();
    if (row === -1 || !panned) seek(at, row);
  }

  function end(): void {
    drag = null;
    scrub.value = null;
    panning.value = false;
  }

  function onHover(event: MouseEvent): void {
    const { x, y, at } = place(event);
    const row = rowAt(y);
    hover.value = row === null ? null : { x, y, at, row };
  }

  const stop = new AbortController();
  onMounted(() => {
    const { signal } = stop;
    const element = host();
    element.addEventListener('wheel', onWheel, { passive: false, signal });
    element.addEventListener('pointerdown', onDown, { signal });
    element.addEventListener('pointermove', onMove, { signal });
    element.addEventListener('pointerup', onUp, { signal });
    element.addEventListener('pointercancel', end, { signal });
    element.addEventListener('pointerleave', () => (hover.value = null), { signal });
  });
  onBeforeUnmount(() => stop.abort());

  return { hover, scrub, panning };
}
