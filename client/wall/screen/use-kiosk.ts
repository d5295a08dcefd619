import { onBeforeUnmount, onMounted, shallowRef } from 'vue';

/** So long after the last move the pointer stays, ms. */
const POINTER_MS = 3000;

/** A screen that nobody sits at: no pointer while nobody moves it, and the display never falls asleep. */
export function useKiosk() {
  /** Whether the browser keeps the display awake; it grants that on secure pages that are in front. */
  const awake = shallowRef(false);
  let lock: WakeLockSentinel | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = new AbortController();

  function showPointer(): void {
    document.documentElement.classList.remove('hw-no-pointer');
    clearTimeout(timer);
    timer = setTimeout(() => document.documentElement.classList.add('hw-no-pointer'), POINTER_MS);
  }

  async function keepAwake(): Promise<void> {
    if (document.visibilityState !== 'visible' || lock !== null || !('wakeLock' in navigator)) return;
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    if (stop.signal.aborted) return void lock?.release();
    awake.value = lock !== null;
    // the browser takes it back whenever the page is not in front
    lock?.addEventListener('release', () => {
      lock = null;
      awake.value = false;
    });
  }

  onMounted(() => {
    const { signal } = stop;
    document.addEventListener('pointermove', showPointer, { signal });
    document.addEventListener('visibilitychange', () => void keepAwake(), { signal });
    showPointer();
    void keepAwake();
  });
  onBeforeUnmount(() => {
    stop.abort();
    clearTimeout(timer);
    document.documentElement.classList.remove('hw-no-pointer');
    void lock?.release();
  });
  return { awake };
}
