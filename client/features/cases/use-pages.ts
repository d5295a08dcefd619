import { onScopeDispose, ref, shallowRef, watch, type ShallowRef } from 'vue';
import type { z } from 'zod';
import { api } from '../../api/http.ts';

const AGAIN_MS = 15_000;

export interface Pages<Row> {
  rows: ShallowRef<Row[] | undefined>;
  /** Where the next page begins; null on the last. */
  next: ShallowRef<string | null>;
  error: ShallowRef<unknown>;
  more: () => Promise<void>;
}

/**
 * A list that is read page by page. Another query begins anew; while only its first page is open it is read again every
 * 15 seconds.
 * @param path of the list with its query, without `after`
 */
export function usePages<Answer extends { next: string | null }, Row>(
  path: () => string,
  schema: z.ZodType<Answer>,
  rowsOf: (answer: Answer) => Row[],
): Pages<Row> {
  const rows = shallowRef<Row[]>();
  const next = shallowRef<string | null>(null);
  const error = shallowRef<unknown>(null);
  const pages = ref(0);

  async function read(after: string | null): Promise<void> {
    const asked = path();
    const more = after === null ? '' : `${asked.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`;
    try {
      const answer = await api.get(asked + more, schema);
      if (asked !== path()) return;
      rows.value = after === null ? rowsOf(answer) : [...(rows.value ?? []), ...rowsOf(answer)];
      next.value = answer.next;
      pages.value = after === null ? 1 : pages.value + 1;
      error.value = null;
    } catch (cause) {
      error.value = cause;
    }
  }

  watch(path, () => void read(null), { immediate: true });
  const timer = setInterval(() => {
    if (!document.hidden && pages.value <= 1) void read(null);
  }, AGAIN_MS);
  onScopeDispose(() => clearInterval(timer));
  return { rows, next, error, more: () => read(next.value) };
}
