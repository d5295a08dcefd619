import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { z } from 'zod';
import { PictureFaultRecord, PictureVerdict, type ReferenceLight } from '#contract/picture-check.ts';
import { api } from '../../../api/http.ts';

const EVERY_MS = 5000;

/** How the picture of a camera is judged and was, asked again while the page is seen. */
export function usePictureCheck(cameraId: Ref<string>) {
  const verdict = shallowRef<PictureVerdict | null>(null);
  const history = shallowRef<PictureFaultRecord[]>([]);
  const error = shallowRef<unknown>(null);
  const at = () => `/api/cameras/${cameraId.value}/picture-check`;

  async function load(): Promise<void> {
    if (document.hidden) return;
    const path = at();
    try {
      const answers = await Promise.all([
        api.get(path, PictureVerdict),
        api.get(`${path}/faults`, z.array(PictureFaultRecord)),
      ]);
      if (path !== at()) return;
      [verdict.value, history.value] = answers;
      error.value = null;
    } catch (cause) {
      if (path === at()) error.value = cause;
    }
  }

  async function confirm(light: ReferenceLight): Promise<void> {
    verdict.value = await api.post(`${at()}/references/${light}`, {}, PictureVerdict);
  }

  watch(
    cameraId,
    () => {
      verdict.value = null;
      history.value = [];
      void load();
    },
    { immediate: true },
  );
  const timer = setInterval(() => void load(), EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  return { verdict, history, error, at, confirm };
}
