import type { SceneTile } from '#contract/scenes.ts';
import type { ScreenOrder } from '#contract/screens.ts';
import type { Rights } from '#lib/rights.ts';

const untitled = { zh: '监控墙', en: 'Wall' };

/**
 * Of what a screen shall paint, what the account behind it may see: tiles of other halls stay empty, a title that names them is
 * another, and of their alert nothing is told.
 */
export function seenOrder(
  order: ScreenOrder,
  rights: Rights,
  hallOfCamera: (id: string) => string | undefined,
): ScreenOrder {
  const isSeen = (tile: SceneTile) => {
    if (tile.kind === 'camera') return rights.mayIn('camera.view', hallOfCamera(tile.cameraId));
    return !('hallId' in tile) || tile.hallId === null || rights.mayIn('hall.view', tile.hallId);
  };
  const { driven } = order;
  const isTold = !driven?.alert || rights.mayIn('alert.view', driven.alert.hallId);
  if (isTold && order.cells.every(({ tiles }) => tiles.every(isSeen))) return order;
  const cells = order.cells.map((cell) => ({ ...cell, tiles: cell.tiles.filter(isSeen) }));
  const told = driven && { ...driven, alert: isTold ? driven.alert : null };
  return { ...order, title: untitled, cells, driven: told, withheld: true };
}
