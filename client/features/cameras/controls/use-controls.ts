import { onBeforeUnmount, shallowRef, watch } from 'vue';
import { z } from 'zod';
import { CameraControls, PtzPreset, type ImagingChange } from '#contract/camera-control.ts';
import type { ErrorCode } from '#contract/errors.ts';
import { api, ApiError, type ClientErrorCode } from '../../../api/http.ts';

const Nothing = z.undefined();

/** What can be done with a camera, and doing it. A failure stands in `error` until something works again. */
export function useControls(cameraId: () => string) {
  const controls = shallowRef<CameraControls | null>(null);
  const error = shallowRef<ErrorCode | ClientErrorCode | null>(null);
  const busy = shallowRef(false);
  let gone = false;
  const address = (rest: string) => `/api/cameras/${encodeURIComponent(cameraId())}/${rest}`;
  const preset = (token: string) => address(`ptz/presets/${encodeURIComponent(token)}`);

  /** True where it was done. */
  async function run(action: () => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    try {
      await action();
      error.value = null;
      return true;
    } catch (failure) {
      error.value = failure instanceof ApiError ? failure.code : 'INTERNAL';
      return false;
    } finally {
      busy.value = false;
    }
  }

  const load = () =>
    run(async () => {
      const asked = cameraId();
      const found = await api.get(address('controls'), CameraControls);
      if (!gone && asked === cameraId()) controls.value = found;
    });
  const change = async (action: () => Promise<unknown>) => (await run(action)) && (await load());

  watch(
    cameraId,
    () => {
      controls.value = null;
      void load();
    },
    { immediate: true },
  );
  onBeforeUnmount(() => (gone = true));

  return {
    controls,
    error,
    busy,
    load,
    move: (pan: number, tilt: number, zoom: number) =>
      run(() => api.post(address('ptz/move'), { pan, tilt, zoom }, Nothing)),
    halt: () => run(() => api.post(address('ptz/stop'), undefined, Nothing)),
    home: () => run(() => api.post(address('ptz/home'), undefined, Nothing)),
    goTo: (token: string) => run(() => api.post(`${preset(token)}/goto`, undefined, Nothing)),
    keep: (name: string) => change(() => api.post(address('ptz/presets'), { name }, PtzPreset)),
    remove: (token: string) => change(() => api.delete(preset(token))),
    adjust: (changed: ImagingChange) => change(() => api.patch(address('imaging'), changed, Nothing)),
    switchRelay: (token: string, on: boolean) =>
      run(() => api.put(address(`relays/${encodeURIComponent(token)}`), { on }, Nothing)),
  };
}
export type Controls = ReturnType<typeof useControls>;
