import { onScopeDispose, shallowRef, watch } from 'vue';
import { PeriodFiguresAnswer } from '#contract/figures.ts';
import { api } from '../../api/http.ts';

/** What the given path of figures answers, asked anew when it changes; an answer that comes too late is dropped. */
export function useFigures(path: () => string) {
  const answer = shallowRef<PeriodFiguresAnswer>();
  const error = shallowRef<unknown>(null);
  let asking: AbortController | undefined;
  watch(
    path,
    async (asked) => {
      asking?.abort();
      const { signal } = (asking = new AbortController());
      try {
        const got = await api.get(asked, PeriodFiguresAnswer, signal);
        if (!signal.aborted) [answer.value, error.value] = [got, null];
      } catch (cause) {
        if (!signal.aborted) error.value = cause;
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => asking?.abort());
  return { answer, error };
}
