import { shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { z } from 'zod';
import { CameraPrivacy, type CameraPrivacyInput } from '#contract/privacy.ts';
import { api } from '../../api/http.ts';

/** What is said of cameras, asked for once a page: it changes seldom, and the server covers what must be covered anyway. */
export const usePrivacy = defineStore('privacy', () => {
  const byCamera = shallowRef<ReadonlyMap<string, CameraPrivacy>>(new Map());
  let asked: Promise<void> | null = null;

  function load(): Promise<void> {
    asked ??= api.get('/api/privacy/cameras', z.array(CameraPrivacy)).then(
      (rows) => void (byCamera.value = new Map(rows.map((row) => [row.cameraId, row]))),
      // whoever may see no cameras is told nothing of them; the next one who asks tries again
      () => void (asked = null),
    );
    return asked;
  }

  async function save(cameraId: string, input: CameraPrivacyInput): Promise<void> {
    const row = await api.put(`/api/cameras/${cameraId}/privacy`, input, CameraPrivacy);
    byCamera.value = new Map(byCamera.value).set(cameraId, row);
  }

  return { byCamera, load, save };
});
