import type { CoverageAnswer, CoverageDay, OpeningBase } from '#contract/storage.ts';

/** One cell of the grid, whichever it is of. */
export interface Cell {
  day: string;
  base: OpeningBase;
  openSec: number;
  recordedSec: number;
  gaps: CoverageDay['gaps'];
  oldestAt: string | null;
}
export interface Row {
  id: string;
  name: string;
  cells: ReadonlyMap<string, Cell>;
}

/** The last `count` days up to a day, ascending. */
export function lastDays(until: string, count: number): string[] {
  const end = Date.parse(`${until}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) =>
    new Date(end - (count - 1 - i) * 86_400_000).toISOString().slice(0, 10),
  );
}

export function rowsOf(answer: CoverageAnswer, of: 'cameras' | 'windows', nameOf: (id: string) => string): Row[] {
  const cells: (Cell & { id: string; key: string })[] =
    of === 'cameras'
      ? answer.cameras.map((cell) => ({ ...cell, id: cell.cameraId, key: `${cell.cameraId}/${cell.role}` }))
      : answer.windows.map((cell) => ({ ...cell, id: cell.windowId, key: cell.windowId, gaps: [], oldestAt: null }));
  return [...Map.groupBy(cells, ({ key }) => key)]
    .map(([key, list]) => ({
      id: key,
      name: nameOf(list[0]!.id),
      cells: new Map(list.map((cell) => [cell.day, cell])),
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/** Share recorded, rounded down so that 100 % means all of it; null where it was shut. */
export function shareText({ openSec, recordedSec }: Cell): string | null {
  if (openSec <= 0) return null;
  const percent = (recordedSec / openSec) * 100;
  return percent >= 100 ? '100 %' : `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}

/** How a cell is drawn: by lightness and hatching, so that no colour is needed to read it. */
export function levelOf({ openSec, recordedSec }: Cell): 'shut' | 'whole' | 'most' | 'some' | 'none' {
  if (openSec <= 0) return 'shut';
  const share = recordedSec / openSec;
  return share >= 1 ? 'whole' : share >= 0.95 ? 'most' : share > 0 ? 'some' : 'none';
}
