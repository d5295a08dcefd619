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
/** Cards, in text heights; an alert needs room for its word. */
const ALERT_CARD = { width: 22, height: 5.5 };
/** The name of a region, about. */
const NAME = { width: 6, height: 1.75 };
const QUIET_CARD = { width: 15, height: 5.5 };

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
  const sized = (hall: (typeof halls)[number]) => {
    const { width, height } = hall.alerted ? ALERT_CARD : QUIET_CARD;
    return { at: hall.at, width: width * rem, height: height * rem };
  };
  const visible = halls.filter(({ at }) => at.x >= 0 && at.y >= 0 && at.x <= view.width && at.y <= view.height);
  const covered = visible.map(sized).reduce((sum, { width, height }) => sum + width * height, 0);
  const crowded = covered > MOST_COVERED * view.width * view.height;
  const alerted = halls.filter((hall) => hall.alerted);
  const withCard = crowded ? alerted : [...alerted, ...halls.filter((hall) => !hall.alerted)];
  const boxes = declutter(withCard.map(sized), MARK * rem, view, [
    ...names.map((at) => boxAround(at, NAME.width * rem, NAME.height * rem)),
    ...(crowded ? visible : []).map(({ at }) => boxAround(at, MARK * rem, MARK * rem)),
  ]);
  const placed = new Map<string, HallPlacing>(
    halls.map((hall) => [hall.id, { card: false, x: 0, y: 0, width: 0, height: 0 }]),
  );
  withCard.forEach(({ id, at }, i) => {
    const box = boxes[i]!;
    placed.set(id, { card: true, x: box.x - at.x, y: box.y - at.y, width: box.width, height: box.height });
  });
  return placed;
}
