import { computed } from 'vue';
import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { SceneCell, SceneTile } from '#contract/scenes.ts';
import { useLive } from '../../api/live.ts';
import { calls, concerns } from '../severity.ts';

/**
 * Whose turn it is in a cell: of its tiles, or of those that call where some do. It goes by the server's clock alone, so that
 * all screens turn together and a screen that comes back is in step; no timer can drift.
 */
export function tileOnTurn(
  { tiles, everySec, pinned }: SceneCell,
  now: number,
  doesCall: (tile: SceneTile) => boolean,
): SceneTile | undefined {
  if (pinned || tiles.length < 2) return tiles[0];
  const calling = tiles.filter(doesCall);
  const turning = calling.length > 0 ? calling : tiles;
  return turning[Math.floor(now / (everySec * 1000)) % turning.length];
}

/** Whether an alert is about what a tile shows. */
export function isAbout(alert: Alert, tile: SceneTile, cameras: ReadonlyMap<string, Camera>): boolean {
  switch (tile.kind) {
    case 'camera': {
      const camera = cameras.get(tile.cameraId);
      return camera !== undefined && concerns(alert, camera);
    }
    case 'window':
      return alert.hallId === tile.hallId && alert.windowId === tile.windowId;
    case 'queue':
      return alert.hallId === tile.hallId && alert.queueId === tile.queueId;
    default:
      return false;
  }
}

/** Gives the function that tells whose turn it is in a cell by now: a tile calls while nobody has acknowledged its alert. */
export function useTurn(): (cell: SceneCell) => SceneTile | undefined {
  const live = useLive();
  const calling = computed(() => [...live.alerts.values()].filter(calls));
  return (cell) =>
    tileOnTurn(cell, live.now, (tile) => calling.value.some((alert) => isAbout(alert, tile, live.cameras)));
}
