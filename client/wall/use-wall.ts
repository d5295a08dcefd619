import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { useLive } from '../api/live.ts';
import { byPlace } from './camera-order.ts';
import { worstFirst } from './hall-order.ts';
import { keepOrder } from './keep-order.ts';
import { byUrgency, calls, worst } from './severity.ts';

/** What the wall shows: which hall, which camera enlarged, which alert selected; and the keys that move between them. */
export function useWall() {
  const live = useLive();
  const route = useRoute();
  const router = useRouter();

  const enlarged = ref<string | null>(null);
  const alertId = ref<string | null>(null);

  const hallId = computed(() => (typeof route.query.hall === 'string' ? route.query.hall : null));
  const hall = computed(() => (hallId.value === null ? undefined : live.halls.get(hallId.value)));
  const view = computed(() => (hallId.value === null ? undefined : live.hallLive(hallId.value)));
  const cameras = computed(() =>
    [...live.cameras.values()].filter((camera) => camera.hallId === hallId.value).sort(byPlace),
  );
  const alerts = computed(() => [...live.alerts.values()].filter((alert) => alert.hallId === hallId.value));
  const alert = computed(() => (alertId.value === null ? undefined : live.alerts.get(alertId.value)));
  /** As the server ranked them; where it named none, those that look at the window, or the camera that it is about. */
  const alertCameras = computed(() => {
    const about = alert.value;
    if (!about) return [];
    const named = about.cameraIds.flatMap((id) => live.cameras.get(id) ?? []);
    if (named.length === 0 && about.cameraId !== null) return [live.cameras.get(about.cameraId) ?? []].flat();
    if (named.length > 0 || about.windowId === null) return named;
    return camerasSeeing(about.hallId, about.windowId);
  });

  function camerasSeeing(hall: string, windowId: string) {
    return [...live.cameras.values()].filter((camera) => camera.hallId === hall && camera.windowIds.includes(windowId));
  }

  function chooseHall(id: string): void {
    enlarged.value = null;
    alertId.value = null;
    goTo(id);
  }

  function goTo(id: string): void {
    if (id !== hallId.value) void router.replace({ query: { ...route.query, hall: id } });
  }

  function showWindow(windowId: string): void {
    if (!hallId.value) return;
    const [camera] = camerasSeeing(hallId.value, windowId);
    if (!camera) return;
    const about = alerts.value.filter((one) => one.windowId === windowId).sort(byUrgency)[0];
    alertId.value = about?.id ?? null;
    enlarged.value = camera.id;
  }

  /** Selects an alert and brings the camera that sees it best to the front. */
  function showAlert(id: string): void {
    const about = live.alerts.get(id);
    if (!about) return;
    goTo(about.hallId);
    alertId.value = id;
    enlarged.value = alertCameras.value[0]?.id ?? null;
  }

  /** Why the last acknowledgement was refused, until the next one or another alert. */
  const refused = shallowRef<unknown>(null);
  async function acknowledge(id: string): Promise<void> {
    refused.value = null;
    try {
      await live.acknowledge(id);
    } catch (cause) {
      refused.value = cause;
    }
  }
  watch(alertId, () => {
    refused.value = null;
    order = alertId.value === null ? [] : byNeed();
  });

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    if (document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') return back();
    const key = event.key.toLowerCase();
    if (key === 'j') return step(1);
    if (key === 'k') return step(-1);
    if (key === 'o') return void router.push({ name: 'overview' });
    // The first press brings the most urgent one forward, the second acknowledges it there: nothing is acknowledged unseen.
    if (key !== 'a' || alert.value?.status === 'open') return;
    const next = byNeed().find((id) => calls(live.alerts.get(id)!));
    if (next !== undefined) showAlert(next);
  }

  const byNeed = () => [...live.alerts.values()].sort(byUrgency).map(({ id }) => id);
  /** As it was when the alert was shown: once acknowledged it sinks, and who goes on does so from where it was. */
  let order: string[] = [];

  /** To the next alert, or the one before; from none, and from the last, to the most urgent. */
  function step(by: 1 | -1): void {
    const all = keepOrder(order, byNeed());
    const at = all.indexOf(alertId.value ?? '');
    const next = at < 0 ? all[0] : all[(at + by) % all.length];
    if (next !== undefined) showAlert(next);
  }

  /** One level up: from the enlarged picture to the grid, from the selected alert to none. */
  function back(): void {
    if (enlarged.value !== null) enlarged.value = null;
    else alertId.value = null;
  }

  // An address without a hall, or with one that is gone, leads to the one that needs eyes most.
  watch(
    [() => live.connected, hall],
    () => {
      if (!live.connected || hall.value) return;
      const lines = [...live.overview.values()].map((summary) => ({
        summary,
        severity: worst([...live.alerts.values()].filter((one) => one.hallId === summary.hallId)),
      }));
      const first = lines.sort(worstFirst)[0]?.summary.hallId ?? live.halls.keys().next().value;
      if (first !== undefined) goTo(first);
    },
    { immediate: true },
  );

  let release: (() => void) | undefined;
  watch(
    hallId,
    (id) => {
      release?.();
      release = id === null ? undefined : live.watchHall(id);
    },
    { immediate: true },
  );
  watch(alert, (about) => {
    if (!about) alertId.value = null;
  });

  onMounted(() => document.addEventListener('keydown', onKey));
  onBeforeUnmount(() => {
    document.removeEventListener('keydown', onKey);
    release?.();
  });

  return {
    hall,
    view,
    cameras,
    alerts,
    enlarged,
    alertId,
    alert,
    alertCameras,
    chooseHall,
    showWindow,
    showAlert,
    acknowledge,
    refused,
  };
}
