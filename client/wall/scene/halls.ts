import type { Camera } from '#contract/cameras.ts';
import type { SceneCell, SceneTile } from '#contract/scenes.ts';

/** The halls whose windows and queues a scene shows. */
export function hallsOf(cells: readonly SceneCell[]): string[] {
  const ids = cells.flatMap(({ tiles }) =>
    tiles.flatMap((tile) =>
      tile.kind === 'window' || tile.kind === 'queue' || tile.kind === 'plan' ? tile.hallId : [],
    ),
  );
  return [...new Set(ids)];
}

/** Whether a scene shows places of several halls: every hall has a window 01, so each of them says whose it is. */
export function isOverHalls(cells: readonly SceneCell[], cameras: ReadonlyMap<string, Camera>): boolean {
  const hallOf = (tile: SceneTile) => {
    if (tile.kind === 'camera') return cameras.get(tile.cameraId)?.hallId ?? [];
    return tile.kind === 'window' || tile.kind === 'queue' ? tile.hallId : [];
  };
  return new Set(cells.flatMap(({ tiles }) => tiles.flatMap(hallOf))).size > 1;
}
