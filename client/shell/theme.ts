import { computed, ref, watch } from 'vue';
import { defineStore } from 'pinia';

/** Night is the house's own, for dark rooms; day is for rooms with daylight; the device's own choice may change by itself. */
export const themes = ['night', 'day', 'device'] as const;
export type Theme = (typeof themes)[number];

const STORAGE_KEY = 'hallwatch.theme';
const isTheme = (value: string | null): value is Theme => themes.some((theme) => theme === value);

/** The theme that was chosen on this machine, and how the page looks by it: what draws on a canvas draws anew with `look`. */
export const useTheme = defineStore('theme', () => {
  const stored = localStorage.getItem(STORAGE_KEY);
  const chosen = ref<Theme>(isTheme(stored) ? stored : 'night');
  const light = window.matchMedia('(prefers-color-scheme: light)');
  const deviceIsLight = ref(light.matches);
  light.addEventListener('change', () => (deviceIsLight.value = light.matches));

  const look = computed(() => {
    if (chosen.value === 'device') return deviceIsLight.value ? 'day' : 'night';
    return chosen.value;
  });
  watch(chosen, (theme) => localStorage.setItem(STORAGE_KEY, theme));
  watch(
    look,
    (now) => {
      const page = document.documentElement;
      page.dataset['theme'] = now;
      // Element Plus knows the night by this name
      page.classList.toggle('dark', now === 'night');
    },
    { immediate: true, flush: 'sync' },
  );
  return { chosen, look };
});
