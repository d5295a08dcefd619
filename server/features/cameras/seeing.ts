import type { Camera } from '#contract/cameras.ts';

/**
 * Cameras that see a window, best first: those whose picture is there, then window cameras before others, then the ones
 * that see the fewest windows, because they are nearest. Without a window, the cameras of the hall's public areas.
 */
export function seeing(
  cameras: Iterable<Camera>,
  hallId: string,
  windowId: string | null,
  isLive: (cameraId: string) => boolean,
): string[] {
  return [...cameras]
    .filter((camera) => camera.enabled && camera.hallId === hallId)
    .filter(({ purpose, windowIds }) => (windowId === null ? purpose === 'public-area' : windowIds.includes(windowId)))
    .map((camera) => ({ camera, away: isLive(camera.id) ? 0 : 1, other: camera.purpose === 'window' ? 0 : 1 }))
    .sort(
      (a, b) =>
        a.away - b.away ||
        a.other - b.other ||
        a.camera.windowIds.length - b.camera.windowIds.length ||
        a.camera.id.localeCompare(b.camera.id),
    )
    .map(({ camera }) => camera.id);
}

/**
 * Cameras that show what this one sees or should see, best first: those whose picture is there before others; then itself,
 * those that see the same windows, the hall's public areas.
 */
export function seeingAround(
  cameras: readonly Camera[],
  camera: Camera,
  isLive: (cameraId: string) => boolean,
): string[] {
  const ids = [
    camera.id,
    ...camera.windowIds.flatMap((windowId) => seeing(cameras, camera.hallId, windowId, isLive)),
    ...seeing(cameras, camera.hallId, null, isLive),
  ];
  return [...new Set(ids)].sort((a, b) => Number(isLive(b)) - Number(isLive(a)));
}
