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

export interface Label {
  at: Anchor;
  width: number;
  height: number;
}

const GAP = 6;
const RINGS = 6;
/** What a covered square pixel costs, in pixels of distance from the anchor. */
const NEVER = 1000;
const RATHER_NOT = 0.1;
/** How far a label may slide along its anchor, as a share of its own size; the middle is tried first. */
const SLIDES = [0, 0.4, -0.4, 0.8, -0.8, 1.2, -1.2];

/**
 * Places each label near its anchor so that labels cover neither each other nor any mark, and stay in the view: each
 * takes the free spot closest to its anchor, or the least bad one. Earlier labels choose first. Deterministic, so labels
 * do not dance between draws.
 * @param markSize side of the square that an anchor's mark takes
 * @param obstacles what else should rather stay visible: covered only where the label would have to go far away
 */
export function declutter(
  labels: readonly Label[],
  markSize: number,
  view: { width: number; height: number },
  obstacles: readonly Box[] = [],
): Box[] {
  const taken: Box[] = labels.map(({ at }) => boxAround(at, markSize, markSize));
  return labels.map((label) => {
    let best: { box: Box; cost: number } | undefined;
    for (const box of spotsAround(label, markSize)) {
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0) + outside(box, view);
      const away = Math.hypot(box.x + box.width / 2 - label.at.x, box.y + box.height / 2 - label.at.y);
      const hidden = obstacles.reduce((sum, other) => sum + overlap(box, other), 0);
      const cost = covered * NEVER + hidden * RATHER_NOT + away;
      if (best === undefined || cost < best.cost) best = { box, cost };
    }
    taken.push(best!.box);
    return best!.box;
  });
}

/** The box of this size with its middle at the anchor. */
export function boxAround({ x, y }: Anchor, width: number, height: number): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

/** Above, below, right and left of the anchor, in rings, slid to and fro. */
function* spotsAround({ at, width, height }: Label, markSize: number): Generator<Box> {
  for (let ring = 0; ring < RINGS; ring++) {
    const farY = height / 2 + markSize + ring * height * 0.6;
    const farX = width / 2 + markSize + ring * width * 0.3;
    for (const slide of SLIDES) {
      for (const [x, y] of [
        [slide * width, -farY],
        [slide * width, farY],
        [farX, slide * height],
        [-farX, slide * height],
      ] as const) {
        yield boxAround({ x: at.x + x, y: at.y + y }, width, height);
      }
    }
  }
}

/** Shared area of two boxes, a little space between them included. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + GAP;
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + GAP;
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(box: Box, view: { width: number; height: number }): number {
  const width = Math.max(0, Math.min(box.x + box.width, view.width) - Math.max(box.x, 0));
  const height = Math.max(0, Math.min(box.y + box.height, view.height) - Math.max(box.y, 0));
  return box.width * box.height - width * height;
}
