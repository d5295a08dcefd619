import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import type { z } from 'zod';
import { api } from '../../api/http.ts';

export interface Resource<T> {
  /** Undefined until the first answer; a failed reload keeps what was known. */
  data: ShallowRef<T | undefined>;
  error: ShallowRef<unknown>;
  loading: Ref<boolean>;
  reload(): Promise<void>;
}

/**
 * What a GET answers, fetched at once and again on `reload`.
 * @param everyMs asks again this often while the page is visible; left out: never by itself
 */
export function useResource<S extends z.ZodType>(path: string, schema: S, everyMs?: number): Resource<z.output<S>> {
  const data = shallowRef<z.output<S>>();
  const error = shallowRef<unknown>(null);
  const loading = ref(false);

  async function reload(): Promise<void> {
    loading.value = true;
    try {
      data.value = await api.get(path, schema);
      error.value = null;
    } catch (cause) {
      error.value = cause;
    } finally {
      loading.value = false;
    }
  }

  void reload();
  if (everyMs !== undefined) {
    const timer = setInterval(() => {
      if (!document.hidden && !loading.value) void reload();
    }, everyMs);
    onScopeDispose(() => clearInterval(timer));
  }
  return { data, error, loading, reload };
}
