import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { SceneCell } from '#contract/scenes.ts';
import { byUrgency } from '../severity.ts';

/** The camera that sees best what an alert is about: as the server ranked them, else one that looks at its window. */
export function cameraOfAlert(alert: Alert, cameras: ReadonlyMap<string, Camera>): string | null {
  const named = alert.cameraIds.find((id) => cameras.has(id)) ?? alert.cameraId;
  if (named !== null) return cameras.has(named) ? named : null;
  if (alert.windowId === null) return null;
  const { hallId, windowId } = alert;
  for (const camera of cameras.values()) {
    if (camera.hallId === hallId && camera.windowIds.includes(windowId)) return camera.id;
  }
  return null;
}

/** What a hot spot shows while nobody has chosen: the camera of the most urgent alert that lasts and has one. */
export function cameraInNeed(alerts: Iterable<Alert>, cameras: ReadonlyMap<string, Camera>): string | null {
  const lasting = [...alerts].filter(({ outcome }) => outcome === null).sort(byUrgency);
  for (const alert of lasting) {
    const found = cameraOfAlert(alert, cameras);
    if (found !== null) return found;
  }
  return null;
}

/** The halls whose windows and queues a scene shows. */
export function hallsOf(cells: readonly SceneCell[]): string[] {
  const ids = cells.flatMap(({ tiles }) =>
    tiles.flatMap((tile) =>
      tile.kind === 'window' || tile.kind === 'queue' || tile.kind === 'plan' ? tile.hallId : [],
    ),
  );
  return [...new Set(ids)];
}
