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

const PICTURE_RATIO = 16 / 9;

/** The grid that shows so many 16:9 pictures as large as they can be without scrolling. */
export function tileLayout(count: number, space: TileSpace): TileLayout {
  let best: TileLayout = { columns: 1, rows: Math.max(1, count), width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const byWidth = (space.width - (columns - 1) * space.gap) / columns;
    const byHeight = ((space.height - (rows - 1) * space.gap) / rows - space.strip) * PICTURE_RATIO;
    const width = Math.min(byWidth, byHeight);
    // Of grids with tiles of one size the one with fewer columns leaves fewer holes.
    if (width > best.width) best = { columns, rows, width, height: width / PICTURE_RATIO + space.strip };
  }
  return best;
}

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
