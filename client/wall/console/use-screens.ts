import { onBeforeUnmount, shallowReactive, shallowRef, watch } from 'vue';
import { screenKey, type GroupDrive, type ScreenState } from '#contract/screens.ts';
import { useLive } from '../../api/live.ts';

const collator = new Intl.Collator('zh', { numeric: true });

/** Every screen of the wall, kept fresh while this page is open. */
export function useScreens() {
  const live = useLive();
  const screens = shallowReactive(new Map<string, ScreenState>());
  const drives = shallowRef<GroupDrive[]>([]);
  const error = shallowRef<unknown>(null);
  let stops: (() => void)[] = [];

  async function open(): Promise<void> {
    stops.forEach((stop) => stop());
    stops = [
      live.hear('screens.changed', (rows) => rows.forEach((row) => screens.set(screenKey(row), row))),
      live.hear('screens.removed', (ref) => void screens.delete(screenKey(ref))),
      live.hear('screens.drives', (all) => (drives.value = all)),
    ];
    try {
      const snapshot = await live.ask('screens.watch');
      screens.clear();
      for (const row of snapshot.screens) screens.set(screenKey(row), row);
      drives.value = snapshot.drives;
      error.value = null;
    } catch (cause) {
      error.value = cause;
    }
  }

  watch(
    () => live.connected,
    (connected) => connected && void open(),
    { immediate: true },
  );
  onBeforeUnmount(() => {
    stops.forEach((stop) => stop());
    void live.ask('screens.unwatch').catch(() => undefined);
  });
  return { screens, drives, error };
}

/** As they stand in the console: by group, by name with its numbers as numbers. */
export const byPlace = (a: ScreenState, b: ScreenState) =>
  collator.compare(a.group, b.group) || collator.compare(a.name, b.name);
