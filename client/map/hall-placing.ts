import { boxAround, declutter, overlap, type Anchor, type Box } from './declutter.ts';

/**
 * How a hall shows on the map: with its card (a box in pixels from the hall's own place), with its name beside its mark,
 * or, where there is no room, as a mark that gives its name when asked.
 */
export type HallPlacing =
  { form: 'card'; x: number; y: number; width: number; height: number } | { form: 'name' } | { form: 'mark' };

/** Share of the map that cards may cover before the quiet halls give theirs up. */
const MOST_COVERED = 0.4;
/** Side of a hall's mark, in text heights. */
const MARK = 1.5;
/** A card, in text heights. It has room for an alert's word from the start, so that no card moves when one is raised. */
const CARD = { width: 24, height: 5.5 };
/** A name of a region or hall, about. */
const NAME = { width: 7, height: 1.75 };

/**
 * Gives every hall its place. Cards for all while they fit; in a province with many halls only those with an alert keep
 * theirs, so that what matters stays readable.
 * @param names where the names of regions stand
 * @param rem pixels of one text height, the unit of a card's size
 * @param above what lies over the map and hides whatever is below
 */
export function placeHalls(
  halls: readonly { id: string; at: Anchor; alerted: boolean }[],
  view: { width: number; height: number },
  names: readonly Anchor[],
  rem: number,
  above: readonly Box[] = [],
): Map<string, HallPlacing> {
  const size = { width: CARD.width * rem, height: CARD.height * rem };
  const visible = halls.filter(({ at }) => at.x >= 0 && at.y >= 0 && at.x <= view.width && at.y <= view.height);
  const crowded = visible.length * size.width * size.height > MOST_COVERED * view.width * view.height;
  // In the order of their ids, whatever the order of drawing: a card keeps its place as long as the halls are the same.
  const withCard = (crowded ? halls.filter((hall) => hall.alerted) : halls).toSorted((a, b) =>
    a.id.localeCompare(b.id),
  );
  const nameBoxes = names.map((at) => boxAround(at, NAME.width * rem, NAME.height * rem));
  const markBoxes = visible.map(({ at }) => boxAround(at, MARK * rem, MARK * rem));
  const cards = declutter(
    withCard.map(({ at }) => ({ at, ...size })),
    MARK * rem,
    view,
    { never: above, ratherNot: [...nameBoxes, ...markBoxes] },
  );
  const placed = new Map<string, HallPlacing>(halls.map(({ id }) => [id, { form: 'mark' }]));
  withCard.forEach(({ id, at }, i) => {
    const { x, y, width, height } = cards[i]!;
    placed.set(id, { form: 'card', x: x - at.x, y: y - at.y, width, height });
  });
  const taken = [...cards, ...nameBoxes, ...above];
  for (const { id, at } of visible) {
    if (placed.get(id)?.form === 'card') continue;
    const beside = { x: at.x + ((MARK + NAME.width) / 2 + 0.5) * rem, y: at.y };
    const box: Box = boxAround(beside, NAME.width * rem, NAME.height * rem);
    if ([...taken, ...markBoxes].some((other) => overlap(box, other) > 0)) continue;
    taken.push(box);
    placed.set(id, { form: 'name' });
  }
  return placed;
}
