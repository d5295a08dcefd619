import { onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';
import { FigureSeries } from '#contract/hall-state.ts';
import { api } from '../api/http.ts';
import type { SparkPoint } from './sparkline-path.ts';

const REFRESH_MS = 60_000;

/** How many waited in a queue over the last hour, read anew every minute; empty where it cannot be read. */
export function useLastHour(hallId: () => string, queueId: () => string): Ref<SparkPoint[]> {
  const points = shallowRef<SparkPoint[]>([]);
  let asked = 0;

  async function read(): Promise<void> {
    const question = ++asked;
    const query = new URLSearchParams({ queueId: queueId(), figure: 'waiting', minutes: '60' });
    const series = await api.get(`/api/halls/${hallId()}/figures?${query}`, FigureSeries).catch(() => null);
    if (question !== asked) return;
    points.value = series?.points.map(({ at, value }) => ({ at: Date.parse(at), value })) ?? [];
  }

  watch([hallId, queueId], () => void read(), { immediate: true });
  const timer = setInterval(() => void read(), REFRESH_MS);
  onBeforeUnmount(() => clearInterval(timer));
  return points;
}
