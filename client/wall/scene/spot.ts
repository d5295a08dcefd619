import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
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

/** A camera in the hot spot, with the alert that brought it there. */
export interface Spot {
  cameraId: string;
  alert: Alert | null;
}

/** What a hot spot shows while nobody has chosen: the most urgent alert that lasts and has a camera. */
export function spotInNeed(alerts: Iterable<Alert>, cameras: ReadonlyMap<string, Camera>): Spot | null {
  const lasting = [...alerts].filter(({ outcome }) => outcome === null).sort(byUrgency);
  for (const alert of lasting) {
    const cameraId = cameraOfAlert(alert, cameras);
    if (cameraId !== null) return { cameraId, alert };
  }
  return null;
}
