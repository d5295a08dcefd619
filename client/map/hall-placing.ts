import { boxAround, declutter, type Anchor } from './declutter.ts';

/** Where a hall's card stands, pixels from the hall's own place. Without `card` the hall shows its mark and name only. */
export interface HallPlacing {
  card: boolean;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Share of the map that cards may cover before the quiet halls give theirs up. */
const MOST_COVERED = 0.35;
/** Side of a hall's mark, in text heights. */
const MARK = 1.5;
/** A card, in text heights. It has room for an alert's word from the start, so that no card moves when one is raised. */
const CARD = { width: 21, height: 5.5 };
/** The name of a region, about. */
const NAME = { width: 6, height: 1.75 };

/**
 * Gives every hall its place. Cards for all while they fit; in a province with many halls only those with an alert keep
 * theirs, so that what matters stays readable.
 * @param names where the names of regions stand
 * @param rem pixels of one text height, the unit of a card's size
 */
export function placeHalls(
  halls: readonly { id: string; at: Anchor; alerted: boolean }[],
  view: { width: number; height: number },
  names: readonly Anchor[],
  rem: number,
): Map<string, HallPlacing> {
  const size = { width: CARD.width * rem, height: CARD.height * rem };
  const visible = halls.filter(({ at }) => at.x >= 0 && at.y >= 0 && at.x <= view.width && at.y <= view.height);
  const crowded = visible.length * size.width * size.height > MOST_COVERED * view.width * view.height;
  // In the order of their ids, whatever the order of drawing: a card keeps its place as long as the halls are the same.
  const withCard = (crowded ? halls.filter((hall) => hall.alerted) : halls).toSorted((a, b) =>
    a.id.localeCompare(b.id),
  );
  const boxes = declutter(
    withCard.map(({ at }) => ({ at, ...size })),
    MARK * rem,
    view,
    [
      ...names.map((at) => boxAround(at, NAME.width * rem, NAME.height * rem)),
      ...(crowded ? visible : []).map(({ at }) => boxAround(at, MARK * rem, MARK * rem)),
    ],
  );
  const placed = new Map<string, HallPlacing>(
    halls.map((hall) => [hall.id, { card: false, x: 0, y: 0, width: 0, height: 0 }]),
  );
  withCard.forEach(({ id, at }, i) => {
    const box = boxes[i]!;
    placed.set(id, { card: true, x: box.x - at.x, y: box.y - at.y, width: box.width, height: box.height });
  });
  return placed;
}
