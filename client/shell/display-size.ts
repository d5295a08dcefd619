import { ref, watch } from 'vue';

/** Factors on every size of the page; a wall seen from afar wants larger figures than a console. */
export const displaySizes = { near: 0.85, standard: 1, far: 1.25 } as const;
export type DisplaySize = keyof typeof displaySizes;

const STORAGE_KEY = 'hallwatch.display-size';

const isDisplaySize = (value: string | null): value is DisplaySize => value !== null && value in displaySizes;

const stored = () => {
  const value = localStorage.getItem(STORAGE_KEY);
  return isDisplaySize(value) ? value : 'standard';
};

/** The chosen size, kept on this machine and applied to the page. */
export function useDisplaySize() {
  const size = ref<DisplaySize>(stored());
  watch(
    size,
    (chosen) => {
      document.documentElement.style.setProperty('--hw-scale', String(displaySizes[chosen]));
      localStorage.setItem(STORAGE_KEY, chosen);
    },
    { immediate: true },
  );
  return size;
}
