import {
  isInside,
  MOST_CELLS,
  overlaps,
  SCENE_GRID,
  templatePlaces,
  type CellPlace,
  type SceneCell,
  type SceneTemplate,
} from '#contract/scenes.ts';

/** What is in a cell, without its place. */
export type Content = Omit<SceneCell, keyof CellPlace>;
/** A scene while it is edited. `spare`: what had no place in the last template and comes back in a larger one. */
export interface Draft {
  cells: readonly SceneCell[];
  spare: readonly Content[];
}

export const EMPTY: Content = { tiles: [], everySec: 15, pinned: false };

/** The cell at its new place; the same draft where it would leave the grid or cover another. */
export function moved(draft: Draft, index: number, place: CellPlace): Draft {
  const free = isInside(place) && !draft.cells.some((cell, i) => i !== index && overlaps(cell, place));
  return free ? withCell(draft, index, place) : draft;
}

export function withCell(draft: Draft, index: number, change: Partial<SceneCell>): Draft {
  return { ...draft, cells: draft.cells.map((cell, i) => (i === index ? { ...cell, ...change } : cell)) };
}

/** One cell more, as large as fits; the same draft where there is no room. */
export function added(draft: Draft): Draft {
  const place = draft.cells.length < MOST_CELLS ? freePlace(draft.cells) : undefined;
  return place ? { ...draft, cells: [...draft.cells, { ...place, ...EMPTY }] } : draft;
}

/** The last cell stays: a scene shows something. */
export function removed(draft: Draft, index: number): Draft {
  return draft.cells.length < 2 ? draft : { ...draft, cells: draft.cells.filter((_, i) => i !== index) };
}

/** Deals what the cells hold out over the places of a template, in their order; what is too much is kept aside. */
export function arranged({ cells, spare }: Draft, template: SceneTemplate): Draft {
  const contents = [...cells.map(({ tiles, everySec, pinned }) => ({ tiles, everySec, pinned })), ...spare];
  const filled = contents.filter(({ tiles }) => tiles.length > 0);
  const isSpot = ({ tiles }: Content) => tiles.some(({ kind }) => kind === 'hotspot');
  if (template === 'hotspot') {
    const spot = filled.find(isSpot) ?? { ...EMPTY, tiles: [{ kind: 'hotspot' as const }] };
    filled.splice(0, filled.length, spot, ...filled.filter((each) => each !== spot));
  }
  const places = templatePlaces(template);
  return {
    cells: places.map((place, i) => ({ ...place, ...(filled[i] ?? EMPTY) })),
    spare: filled.slice(places.length),
  };
}

function freePlace(cells: readonly SceneCell[]): CellPlace | undefined {
  for (const size of [12, 8, 6, 4, 3, 2, 1]) {
    for (let y = 0; y + size <= SCENE_GRID; y += 1) {
      for (let x = 0; x + size <= SCENE_GRID; x += 1) {
        const place = { x, y, w: size, h: size };
        if (!cells.some((cell) => overlaps(cell, place))) return place;
      }
    }
  }
  return undefined;
}

const moves: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The place after an arrow key: moved by one, or with Shift larger or smaller by one; null for other keys. */
export function placeAfterKey({ x, y, w, h }: CellPlace, key: string, shift: boolean): CellPlace | null {
  const move = moves[key];
  if (!move) return null;
  return shift ? { x, y, w: w + move[0], h: h + move[1] } : { x: x + move[0], y: y + move[1], w, h };
}
