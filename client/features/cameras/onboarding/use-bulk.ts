import { computed, ref, shallowReactive } from 'vue';
import { Camera, type CameraInput } from '#contract/cameras.ts';
import { ApiError, api } from '../../../api/http.ts';
import { addAll, type Outcome } from './bulk.ts';

/** What is to be added, and with which account it is signed in to. */
export interface BulkItem {
  key: string;
  username: string;
  password: string;
  input: () => CameraInput | Promise<CameraInput>;
}

/** Adds many cameras and tells how each fares. */
export function useBulk() {
  const outcomes = shallowReactive(new Map<string, Outcome>());
  const busy = ref(false);
  const count = (state: Outcome['state']) => [...outcomes.values()].filter((each) => each.state === state).length;
  const added = computed(() => count('added'));

  async function start(items: readonly BulkItem[]): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    outcomes.clear();
    for (const { key } of items) outcomes.set(key, { state: 'waiting' });
    await addAll({
      items,
      groupOf: ({ username, password }) => JSON.stringify([username, password]),
      add: async ({ input }) => api.post('/api/cameras', await input(), Camera),
      isRefusal: (error) => isCode(error, 'CAMERA_UNAUTHORIZED'),
      isKnown: (error) => isCode(error, 'CONFLICT'),
      onOutcome: ({ key }, outcome) => outcomes.set(key, outcome),
    });
    busy.value = false;
  }

  return { outcomes, busy, added, count, start };
}

function isCode(error: unknown, code: ApiError['code']): boolean {
  return error instanceof ApiError && error.code === code;
}
