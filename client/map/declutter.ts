/** A box in pixels, its corner top left. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Anchor {
  x: number;
  y: number;
}

const GAP = 6;
const RINGS = 5;
/** Above first, then below, beside, and the corners; as shares of a label's own size. */
const DIRECTIONS = [
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
] as const;

/**
 * Places one label of a given size near each anchor so that labels cover neither each other nor any mark, and stay in
 * the view: each takes the free spot closest to its anchor, or the least bad one. Earlier labels choose first.
 * Deterministic, so labels do not dance between draws.
 * @param markSize side of the square that an anchor's mark takes
 * @param others anchors whose marks stay visible although they have no label
 */
export function declutter(
  labelled: readonly Anchor[],
  size: { width: number; height: number },
  markSize: number,
  view: { width: number; height: number },
  others: readonly Anchor[] = [],
): Box[] {
  const taken: Box[] = [...labelled, ...others].map(({ x, y }) => ({
    x: x - markSize / 2,
    y: y - markSize / 2,
    width: markSize,
    height: markSize,
  }));
  return labelled.map((anchor) => {
    let best: { box: Box; cost: number } | undefined;
    for (const box of spotsAround(anchor, size, markSize)) {
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0) + outside(box, view);
      const cost = covered * 1000 + Math.hypot(box.x + box.width / 2 - anchor.x, box.y + box.height / 2 - anchor.y);
      if (best === undefined || cost < best.cost) best = { box, cost };
    }
    taken.push(best!.box);
    return best!.box;
  });
}

function* spotsAround(anchor: Anchor, size: { width: number; height: number }, markSize: number): Generator<Box> {
  for (let ring = 0; ring < RINGS; ring++) {
    for (const [dx, dy] of DIRECTIONS) {
      const farX = size.width / 2 + markSize + ring * size.width * 0.3;
      const farY = size.height / 2 + markSize + ring * size.height * 0.6;
      yield {
        x: anchor.x + dx * farX - size.width / 2,
        y: anchor.y + dy * farY - size.height / 2,
        ...size,
      };
    }
  }
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + GAP;
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + GAP;
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(box: Box, view: { width: number; height: number }): number {
  const width = Math.max(0, Math.min(box.x + box.width, view.width) - Math.max(box.x, 0));
  const height = Math.max(0, Math.min(box.y + box.height, view.height) - Math.max(box.y, 0));
  return box.width * box.height - width * height;
}
