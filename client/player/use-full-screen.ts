import { onBeforeUnmount, onMounted, ref } from 'vue';

/**
 * Takes a frame to the full screen and back. The document is asked what is there: its event comes a frame later, and a key
 * pressed before it would ask again for what is there already.
 */
export function useFullScreen(frame: () => HTMLElement | null) {
  const full = ref(false);
  const isFull = () => document.fullscreenElement !== null && document.fullscreenElement === frame();
  const look = () => (full.value = isFull());
  /** Rejects where the browser does not let it. */
  const switchFull = () => (isFull() ? document.exitFullscreen() : frame()!.requestFullscreen());

  onMounted(() => document.addEventListener('fullscreenchange', look));
  onBeforeUnmount(() => {
    document.removeEventListener('fullscreenchange', look);
    if (isFull()) void document.exitFullscreen().catch(() => undefined);
  });
  return { full, switchFull };
}
