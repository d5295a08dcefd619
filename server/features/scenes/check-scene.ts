import type { SceneCell, SceneTile } from '#contract/scenes.ts';
import type { CamerasPort, HallsPort } from './ports.ts';

/** What a scene names that is not there, by where it stands: `cells.0.tiles.2`. */
export function missingSubjects(
  cells: readonly SceneCell[],
  { halls, cameras }: { halls: Pick<HallsPort, 'get'>; cameras: Pick<CamerasPort, 'list'> },
): { path: string; message: string }[] {
  const cameraIds = new Set(cameras.list().map(({ id }) => id));

  function missing(tile: SceneTile): string | null {
    if (tile.kind === 'camera') return cameraIds.has(tile.cameraId) ? null : `no camera ${tile.cameraId}`;
    if (!('hallId' in tile) || tile.hallId === null) return null;
    const hall = halls.get(tile.hallId);
    if (!hall) return `no hall ${tile.hallId}`;
    if (tile.kind === 'window' && !hall.windows.some(({ id }) => id === tile.windowId)) {
      return `no window ${tile.windowId} in ${tile.hallId}`;
    }
    if (tile.kind === 'queue' && !hall.queues.some(({ id }) => id === tile.queueId)) {
      return `no queue ${tile.queueId} in ${tile.hallId}`;
    }
    return null;
  }

  return cells.flatMap(({ tiles }, cell) =>
    tiles.flatMap((tile, place) => {
      const message = missing(tile);
      return message === null ? [] : [{ path: `cells.${cell}.tiles.${place}`, message }];
    }),
  );
}
