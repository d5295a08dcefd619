import { onBeforeUnmount, shallowRef, watch, type Ref } from 'vue';
import { FigureSeries } from '#contract/hall-state.ts';
import { api } from '../api/http.ts';
import { addedUp, type SparkPoint } from './sparkline-path.ts';

const REFRESH_MS = 60_000;

/** Whose figure; without a queue: the whole hall's. */
export interface HourOf {
  hallId: string;
  queueId: string | null;
}

/** How many waited over the last hour, all told, read anew every minute; what cannot be read is left out. */
export function useLastHour(of: () => readonly HourOf[]): Ref<SparkPoint[]> {
  const points = shallowRef<SparkPoint[]>([]);
  let asked = 0;

  async function read(): Promise<void> {
    const question = ++asked;
    const answers = await Promise.all(
      of().map(({ hallId, queueId }) => {
        const query = new URLSearchParams({ figure: 'waiting', minutes: '60', ...(queueId && { queueId }) });
        return api.get(`/api/halls/${hallId}/figures?${query}`, FigureSeries).catch(() => null);
      }),
    );
    if (question === asked) points.value = addedUp(answers.flatMap((answer) => answer?.points ?? []));
  }

  watch(
    () => JSON.stringify(of()),
    () => void read(),
    { immediate: true },
  );
  const timer = setInterval(() => void read(), REFRESH_MS);
  onBeforeUnmount(() => clearInterval(timer));
  return points;
}
