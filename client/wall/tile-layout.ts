export interface TileLayout {
  columns: number;
  rows: number;
  /** Of one tile with its strip, in the unit of the arguments. */
  width: number;
  height: number;
}

export interface TileSpace {
  width: number;
  height: number;
  gap: number;
  /** Height of the name strip under each picture. */
  strip: number;
}

/** A part of the space that no tile takes. */
export interface Room {
  left: number;
  top: number;
  width: number;
  height: number;
}

const PICTURE_RATIO = 16 / 9;
/** Tiles may be so much smaller where a hall's plan finds room beside them. */
const SMALLER = 0.8;

/** The grid that shows so many 16:9 pictures as large as they can be without scrolling. */
export function tileLayout(count: number, space: TileSpace): TileLayout {
  let best: TileLayout = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 };
  // Of grids with tiles of one size the one with fewer columns leaves fewer holes.
  for (const layout of layouts(count, space)) if (layout.width > best.width) best = layout;
  return best;
}

/**
 * A grid of tiles that are hardly smaller, at the left of the space, and the largest room it can leave for one more 16:9
 * drawing; null where none is as high as `least`.
 */
export function layoutWithRoom(
  count: number,
  space: TileSpace,
  least: number,
): { layout: TileLayout; room: Room } | null {
  const enough = tileLayout(count, space).width * SMALLER;
  let best: { layout: TileLayout; room: Room } | null = null;
  for (const layout of layouts(count, space)) {
    if (layout.width < enough) continue;
    const room = largest(roomsOf(layout, count, space));
    if (fits(room) >= (best ? fits(best.room) + 1e-9 : least)) best = { layout, room };
  }
  return best;
}

function layouts(count: number, space: TileSpace): TileLayout[] {
  return Array.from({ length: count }, (_, i) => {
    const columns = i + 1;
    const rows = Math.ceil(count / columns);
    const byWidth = (space.width - (columns - 1) * space.gap) / columns;
    const byHeight = ((space.height - (rows - 1) * space.gap) / rows - space.strip) * PICTURE_RATIO;
    const width = Math.min(byWidth, byHeight);
    return { columns, rows, width, height: width / PICTURE_RATIO + space.strip };
  });
}

/** Right of the grid, under it, and at the end of its last row. */
function roomsOf({ columns, rows, width, height }: TileLayout, count: number, space: TileSpace): Room[] {
  const right = columns * (width + space.gap);
  const bottom = rows * (height + space.gap);
  const end = (count - (rows - 1) * columns) * (width + space.gap);
  const last = bottom - height - space.gap;
  return [
    { left: right, top: 0, width: space.width - right, height: space.height },
    { left: 0, top: bottom, width: space.width, height: space.height - bottom },
    { left: end, top: last, width: space.width - end, height: space.height - last },
  ];
}

/** How high a 16:9 drawing is that fills it. */
const fits = ({ width, height }: Room): number => Math.min(height, width / PICTURE_RATIO);
const largest = (rooms: readonly Room[]): Room => rooms.reduce((best, room) => (fits(room) > fits(best) ? room : best));

/** The tile that an arrow key leads to from `index`; at the edge it stays. */
export function neighbour(index: number, key: string, count: number, columns: number): number {
  const row = Math.floor(index / columns);
  switch (key) {
    case 'ArrowLeft':
      return index % columns > 0 ? index - 1 : index;
    case 'ArrowRight':
      return index % columns < columns - 1 && index + 1 < count ? index + 1 : index;
    case 'ArrowUp':
      return row > 0 ? index - columns : index;
    case 'ArrowDown':
      return row < Math.floor((count - 1) / columns) ? Math.min(index + columns, count - 1) : index;
    default:
      return index;
  }
}

/** How windows stand in their strip: evenly filled rows, none narrower than a cell may be. */
export function stripLayout(
  count: number,
  width: number,
  cellWidth: number,
  gap: number,
): { columns: number; rows: number } {
  const fitting = Math.max(1, Math.floor((width + gap) / (cellWidth + gap)));
  const rows = Math.max(1, Math.ceil(count / fitting));
  return { columns: Math.max(1, Math.ceil(count / rows)), rows };
}
