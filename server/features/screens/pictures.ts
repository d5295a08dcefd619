import type { Alert } from '#contract/alerts.ts';
import type { Bilingual } from '#contract/ids.ts';
import { OVERVIEW_SCENE, sceneOfHall, type CellPlace, type SceneCell, type SceneTile } from '#contract/scenes.ts';
import type { ScreenDrive, ScreenShow } from '#contract/screens.ts';
import type { CamerasPort, HallsPort, ScenesPort } from './ports.ts';

/** What a screen paints, and what that is called. */
export interface Picture {
  title: Bilingual;
  cells: SceneCell[];
}

export interface PicturesDeps {
  scenes: ScenesPort;
  halls: HallsPort;
  cameras: CamerasPort;
}

/** The cells of what a screen is told to show; the overview where that is gone. */
export function pictureOf(show: ScreenShow, { scenes, cameras }: PicturesDeps): Picture {
  if (show.kind === 'camera') {
    const name = cameras.list().find(({ id }) => id === show.cameraId)?.name ?? show.cameraId;
    return { title: { zh: name, en: name }, cells: [cell({ x: 0, y: 0, w: 24, h: 24 }, [show])] };
  }
  const id = show.kind === 'hall' ? sceneOfHall(show.hallId) : show.sceneId;
  const scene = scenes.get(id) ?? scenes.get(OVERVIEW_SCENE);
  return scene ? { title: scene.name, cells: scene.cells } : { title: { zh: id, en: id }, cells: [] };
}

/** What an alert brings to a screen. */
export function pictureOfAlert(alert: Alert, show: ScreenDrive['show'], deps: PicturesDeps): Picture {
  if (show === 'hall') return pictureOf({ kind: 'hall', hallId: alert.hallId }, deps);
  if (show !== 'alert') return pictureOf({ kind: 'scene', sceneId: show.sceneId }, deps);
  const cameras = camerasOf(alert, deps);
  const hall = deps.halls.get(alert.hallId);
  if (cameras.length === 0 || !hall) return pictureOf({ kind: 'hall', hallId: alert.hallId }, deps);
  return {
    title: hall.name,
    cells: [
      cell({ x: 0, y: 0, w: 18, h: 24 }, [{ kind: 'hotspot', of: { alertId: alert.id, cameraId: cameras[0]! } }]),
      cell({ x: 18, y: 0, w: 6, h: 24 }, [{ kind: 'alerts' }]),
    ],
  };
}

const cell = (place: CellPlace, tiles: SceneTile[]): SceneCell => ({ ...place, tiles, everySec: 15, pinned: false });

/** Those that see what the alert is about, best first. */
function camerasOf({ cameraIds, cameraId, hallId, windowId }: Alert, { cameras }: PicturesDeps): string[] {
  if (cameraIds.length > 0) return cameraIds;
  if (cameraId !== null) return [cameraId];
  return cameras
    .list()
    .filter((camera) => camera.hallId === hallId && windowId !== null && camera.windowIds.includes(windowId))
    .map(({ id }) => id);
}
