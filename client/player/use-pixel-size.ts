import { onBeforeUnmount, onMounted, shallowRef, type Ref } from 'vue';
import type { PixelSize } from './profile-choice.ts';

/** An element's size in pixels of the screen, whatever the zoom of the page; 0 until it is known. */
export function usePixelSize(target: Readonly<Ref<HTMLElement | null>>): Readonly<Ref<PixelSize>> {
  const size = shallowRef<PixelSize>({ width: 0, height: 0 });
  const observer = new ResizeObserver((entries) => {
    const entry = entries.at(-1)!;
    // Safari does not tell device pixels.
    const exact = entry.devicePixelContentBoxSize?.[0];
    const { width, height } = entry.contentRect;
    size.value = exact
      ? { width: exact.inlineSize, height: exact.blockSize }
      : { width: width * devicePixelRatio, height: height * devicePixelRatio };
  });
  onMounted(() => {
    if (!target.value) return;
    const exact = 'devicePixelContentBoxSize' in ResizeObserverEntry.prototype;
    observer.observe(target.value, { box: exact ? 'device-pixel-content-box' : 'content-box' });
  });
  onBeforeUnmount(() => observer.disconnect());
  return size;
}
