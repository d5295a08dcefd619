import { onBeforeUnmount, onMounted, ref } from 'vue';

/** So long after the last move of the pointer or touch of a key controls stay, ms. */
const AWAKE_MS = 3000;

/** Whether somebody is at this picture: a pointer moves over it, a key was touched, or the focus is in `controls`. */
export function useAwake(host: () => HTMLElement, controls: () => HTMLElement | null) {
  const awake = ref(true);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function sleep(): void {
    const element = controls();
    if (element?.matches(':hover') || element?.querySelector(':focus-visible')) return wake();
    awake.value = false;
  }

  function wake(): void {
    awake.value = true;
    clearTimeout(timer);
    timer = setTimeout(sleep, AWAKE_MS);
  }

  const stop = new AbortController();
  onMounted(() => {
    const { signal } = stop;
    for (const name of ['pointermove', 'pointerdown', 'focusin']) host().addEventListener(name, wake, { signal });
    document.addEventListener('keydown', wake, { signal });
    wake();
  });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    stop.abort();
  });
  return awake;
}
