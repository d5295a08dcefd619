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

/** What lies in the way of labels, beside the labels themselves. */
export interface Obstacles {
  /** What must stay visible, or lies above the labels. */
  never?: readonly Box[];
  /** What should rather stay visible: covered only where the label would have to go far away. */
  ratherNot?: readonly Box[];
}

const GAP = 6;
const RINGS = 6;
/** So often labels look for a better spot, now that the others have theirs; two or three times is enough nearly always. */
const ROUNDS = 5;
/** What a covered square pixel costs, in pixels of distance from the anchor. */
const NEVER = 1000;
const RATHER_NOT = 0.1;
/** What it costs where the line from an anchor to its label runs over another label or another line, or over a mark. */
const CROSSED = 300;
const CROSSED_MARK = 100;
/** How far a label may slide along its anchor, as a share of its own size; the middle is tried first. */
const SLIDES = [0, 0.4, -0.4, 0.8, -0.8, 1.2, -1.2];

/**
 * Places each label near its anchor so that labels cover neither each other nor any mark, stay in the view, and are led
 * to by lines that do not cross: each takes the best spot in turn, and again once the others stand, until none moves.
 * Deterministic, so labels do not dance between draws.
 * @param markSize side of the square that an anchor's mark takes
 */
export function declutter(
  labels: readonly Label[],
  markSize: number,
  view: { width: number; height: number },
  { never = [], ratherNot = [] }: Obstacles = {},
): Box[] {
  const marks = labels.map(({ at }) => boxAround(at, markSize, markSize));
  const forbidden = [...marks, ...never];
  const spots = labels.map((label) => [...spotsAround(label, markSize)]);
  const boxes: (Box | undefined)[] = labels.map(() => undefined);

  const place = (at: Anchor, i: number): Box => {
    const others = labels.flatMap((label, k) => (k !== i && boxes[k] ? [{ at: label.at, box: boxes[k] }] : []));
    const otherMarks = marks.filter((_, k) => k !== i);
    const taken = [...forbidden, ...others.map(({ box }) => box)];
    let best: { box: Box; cost: number } | undefined;
    for (const box of spots[i]!) {
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0) + outside(box, view);
      const hidden = ratherNot.reduce((sum, other) => sum + overlap(box, other), 0);
      const near = covered * NEVER + hidden * RATHER_NOT + distance(at, middle(box));
      if (best && near >= best.cost) continue;
      const crossed = others.filter((other) => cross({ at, box }, other)).length;
      const crossedMarks = otherMarks.filter((mark) => cuts(at, middle(box), mark)).length;
      const cost = near + crossed * CROSSED + crossedMarks * CROSSED_MARK;
      if (!best || cost < best.cost) best = { box, cost };
    }
    return best!.box;
  };

  for (let round = 0; round < ROUNDS; round++) {
    const before = [...boxes];
    labels.forEach(({ at }, i) => (boxes[i] = place(at, i)));
    if (boxes.every((box, i) => box === before[i])) break;
  }
  return boxes.map((box) => box!);
}

interface Led {
  at: Anchor;
  box: Box;
}

/** Whether the line to one label runs over the other, or over its line. */
function cross(a: Led, b: Led): boolean {
  const [toA, toB] = [middle(a.box), middle(b.box)];
  return cuts(a.at, toA, b.box) || cuts(b.at, toB, a.box) || meet(a.at, toA, b.at, toB);
}

const middle = ({ x, y, width, height }: Box): Anchor => ({ x: x + width / 2, y: y + height / 2 });
const distance = (a: Anchor, b: Anchor): number => Math.hypot(a.x - b.x, a.y - b.y);
const side = (from: Anchor, to: Anchor, of: Anchor): number =>
  Math.sign((to.x - from.x) * (of.y - from.y) - (to.y - from.y) * (of.x - from.x));
const meet = (a: Anchor, b: Anchor, c: Anchor, d: Anchor): boolean =>
  side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

/** Whether the line between two points runs over a box. */
function cuts(from: Anchor, to: Anchor, { x, y, width, height }: Box): boolean {
  const isWithin = (point: Anchor) => point.x > x && point.x < x + width && point.y > y && point.y < y + height;
  const [topLeft, bottomRight] = [
    { x, y },
    { x: x + width, y: y + height },
  ];
  const [topRight, bottomLeft] = [
    { x: x + width, y },
    { x, y: y + height },
  ];
  return isWithin(from) || meet(from, to, topLeft, bottomRight) || meet(from, to, topRight, bottomLeft);
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
