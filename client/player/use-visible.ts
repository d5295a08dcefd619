import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** A look away shorter than this keeps the picture running, ms. */
const GRACE_MS = 1500;

/** Whether an element can be seen: on the screen, in a tab that is in front. */
export function useVisible(target: Readonly<Ref<HTMLElement | null>>): Ref<boolean> {
  const visible = ref(false);
  let intersecting = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function judge(): void {
    clearTimeout(timer);
    if (intersecting && document.visibilityState === 'visible') visible.value = true;
    else timer = setTimeout(() => (visible.value = false), GRACE_MS);
  }

  const observer = new IntersectionObserver((entries) => {
    intersecting = entries.at(-1)?.isIntersecting ?? false;
    judge();
  });
  onMounted(() => {
    if (target.value) observer.observe(target.value);
    document.addEventListener('visibilitychange', judge);
  });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    observer.disconnect();
    document.removeEventListener('visibilitychange', judge);
  });
  return visible;
}
