import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** An element's inner size, kept up to date; in px, or in rem where layouts are made for any scale. */
export function useSize(target: Readonly<Ref<HTMLElement | null>>, unit: 'px' | 'rem' = 'px') {
  const width = ref(0);
  const height = ref(0);
  const observer = new ResizeObserver((entries) => {
    const box = entries.at(-1)?.contentRect;
    if (!box) return;
    const size = unit === 'px' ? 1 : Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    width.value = box.width / size;
    height.value = box.height / size;
  });
  onMounted(() => {
    if (target.value) observer.observe(target.value);
  });
  onBeforeUnmount(() => observer.disconnect());
  return { width, height };
}
