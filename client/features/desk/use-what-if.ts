import { onScopeDispose, reactive, ref, shallowRef, watch } from 'vue';
import type { Hall } from '#contract/places.ts';
import { WhatIfAnswer, type WhatIfInput } from '#contract/what-if.ts';
import { api } from '../../api/http.ts';
import { windowChanges } from './desk-figures.ts';

/** A hand on a slider asks when it rests. */
const REST_MS = 350;

/** What is supposed of a hall, and the answer to it; nothing is asked while nothing is supposed. */
export function useWhatIf(hall: () => Hall, openNow: () => ReadonlySet<string>) {
  /** By queue, how many of its own windows would be open. */
  const windows = reactive(new Map<string, number>());
  const staff = ref<number | null>(null);
  const demand = ref(1);
  const answer = shallowRef<WhatIfAnswer | null>(null);
  const error = shallowRef<unknown>(null);
  const asking = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  const question = (): WhatIfInput | null => {
    if (windows.size === 0 && staff.value === null && demand.value === 1) return null;
    return { windows: windowChanges(hall(), openNow(), windows), staff: staff.value, demand: demand.value };
  };

  async function ask(body: WhatIfInput): Promise<void> {
    const mine = ++asked;
    asking.value = true;
    try {
      const told = await api.post(`/api/halls/${hall().id}/what-if`, body, WhatIfAnswer);
      if (mine === asked) [answer.value, error.value] = [told, null];
    } catch (cause) {
      if (mine === asked) [answer.value, error.value] = [null, cause];
    } finally {
      if (mine === asked) asking.value = false;
    }
  }

  watch([() => [...windows], staff, demand], () => {
    clearTimeout(timer);
    const body = question();
    if (body !== null) timer = setTimeout(() => void ask(body), REST_MS);
    else {
      asked += 1;
      [answer.value, error.value, asking.value] = [null, null, false];
    }
  });
  onScopeDispose(() => clearTimeout(timer));

  function reset(): void {
    windows.clear();
    staff.value = null;
    demand.value = 1;
  }

  return { windows, staff, demand, answer, error, asking, reset };
}
