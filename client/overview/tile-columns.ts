/** A tile's text grows with its width and its height by these shares, up to a size, in text heights (PlaceTile.vue). */
const OF_WIDTH = 0.045;
const OF_HEIGHT = 0.09;
const LARGEST = 2;
/** Below this, in text heights, a tile says nothing: there are fewer columns, and rows below the fold. */
const NARROWEST = 24;
const LOWEST = 11;
/** By so much larger must text be for fewer columns: a place is easier to read high than wide. */
const CLEARLY = 1.05;

/** So many columns give tiles the largest text and leave the fewest places empty. */
export function tileColumns(count: number, { width, height }: { width: number; height: number }): number {
  const most = Math.max(1, Math.min(count, Math.floor(width / NARROWEST)));
  const worth = (columns: number) => {
    const rows = Math.ceil(count / columns);
    const text = Math.min(LARGEST, (width / columns) * OF_WIDTH, Math.max(LOWEST, height / rows) * OF_HEIGHT);
    return (text * count) / (columns * rows);
  };
  const columns = Array.from({ length: most }, (_, i) => most - i);
  return columns.reduce((best, each) => (worth(each) > CLEARLY * worth(best) ? each : best));
}
