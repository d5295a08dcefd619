import type { SceneCell, SceneTile } from '#contract/scenes.ts';

/**
 * Whose turn it is in a cell. It goes by the server's clock alone, so that all screens turn together and a screen that
 * comes back is in step; no timer can drift.
 */
export function tileOnTurn({ tiles, everySec, pinned }: SceneCell, now: number): SceneTile | undefined {
  if (pinned || tiles.length < 2) return tiles[0];
  return tiles[Math.floor(now / (everySec * 1000)) % tiles.length];
}
