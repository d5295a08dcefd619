import type { Severity } from '#contract/ids.ts';
import type { Region } from '#contract/places.ts';
import { severityRank } from '../wall/severity.ts';
import type { HallLine } from './hall-line.ts';

/** A region 行政区划 as the map lists it: the sum over the halls in it and below it. */
export interface RegionLine {
  region: Region;
  halls: number;
  waiting: number;
  windowsOpen: number;
  windowsTotal: number;
  worst: Severity | null;
  calling: boolean;
}

/** A region's ancestors and itself, from the top; empty for none. */
export function pathTo(regions: readonly Region[], id: string | null): Region[] {
  const path: Region[] = [];
  let at = regions.find((region) => region.id === id);
  while (at && !path.includes(at)) {
    path.unshift(at);
    const { parentId } = at;
    at = regions.find((region) => region.id === parentId);
  }
  return path;
}

/** The halls in a region and below it; null: all. */
export function hallsBelow(regions: readonly Region[], lines: readonly HallLine[], id: string | null): HallLine[] {
  if (id === null) return [...lines];
  return lines.filter(({ hall }) => pathTo(regions, hall.regionId).some((region) => region.id === id));
}

/**
 * What one finds on going down into a region: the regions in it that have halls, the worst first. A level with one region
 * alone says nothing and is passed over: its own halls stand on the map.
 */
export function regionLines(regions: readonly Region[], lines: readonly HallLine[], id: string | null): RegionLine[] {
  const known = new Set(regions.map((region) => region.id));
  const children = regions.filter(({ parentId }) =>
    id === null ? parentId === null || !known.has(parentId) : parentId === id,
  );
  const found = children.flatMap((region): RegionLine[] => {
    const below = hallsBelow(regions, lines, region.id);
    if (below.length === 0) return [];
    const worst = below.reduce<Severity | null>(
      (most, line) => (rank(line.worst) > rank(most) ? line.worst : most),
      null,
    );
    const sum = (of: 'waiting' | 'windowsOpen' | 'windowsTotal') =>
      below.reduce((total, { summary }) => total + (summary?.[of] ?? 0), 0);
    return [
      {
        ...{ region, halls: below.length, worst },
        ...{ waiting: sum('waiting'), windowsOpen: sum('windowsOpen'), windowsTotal: sum('windowsTotal') },
        calling: below.some((line) => line.worst === worst && line.calling),
      },
    ];
  });
  const [only] = found;
  if (found.length === 1 && only) {
    const deeper = regionLines(regions, lines, only.region.id);
    if (deeper.length > 0) return deeper;
  }
  return found.sort(
    (a, b) => rank(b.worst) - rank(a.worst) || b.waiting - a.waiting || a.region.id.localeCompare(b.region.id),
  );
}

const rank = (severity: Severity | null) => (severity === null ? 0 : severityRank[severity]);
