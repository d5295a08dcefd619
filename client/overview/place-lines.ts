import type { Region } from '#contract/places.ts';
import type { Bilingual, Severity } from '#contract/ids.ts';
import type { HallLine } from '../map/hall-line.ts';
import { hallsBelow, regionLines } from '../map/region-line.ts';
import { severityRank } from '../wall/severity.ts';

/** A place of the overview: a region with all that lies below it, or a hall. */
export interface PlaceLine {
  kind: 'region' | 'hall';
  id: string;
  name: Bilingual;
  hallIds: string[];
  worst: Severity | null;
  /** Whether one of its worst alerts still waits for a person. */
  calling: boolean;
  waiting: number;
  /** When the ticket that waits longest was issued. */
  longestSince: string | null;
  /** The shortest wait that one of its queues promises, seconds; null where it has none. */
  promisedSec: number | null;
  windowsOpen: number;
  windowsTotal: number;
  terminalsLost: number;
  /** How many of its halls nothing is known of. */
  unknown: number;
}

/** What one sees of a region, null: of everything: the regions below it that have halls, then the halls that are in none of those. */
export function placeLines(
  regions: readonly Region[],
  lines: readonly HallLine[],
  regionId: string | null,
): PlaceLine[] {
  const here = hallsBelow(regions, lines, regionId);
  const below = regionLines(regions, lines, regionId).map(({ region, worst, calling }) => {
    const halls = hallsBelow(regions, lines, region.id);
    return { ...sums(halls), kind: 'region' as const, id: region.id, name: region.name, worst, calling };
  });
  const inRegions = new Set(below.flatMap(({ hallIds }) => hallIds));
  const alone = here.filter(({ hall }) => !inRegions.has(hall.id));
  const halls = alone.map((line) => {
    const { hall, worst, calling } = line;
    return { ...sums([line]), kind: 'hall' as const, id: hall.id, name: hall.name, worst, calling };
  });
  return [...below, ...halls];
}

function sums(lines: readonly HallLine[]): Omit<PlaceLine, 'kind' | 'id' | 'name' | 'worst' | 'calling'> {
  const known = lines.flatMap(({ summary }) => summary ?? []);
  const sum = (of: 'waiting' | 'windowsOpen' | 'windowsTotal' | 'terminalsLost') =>
    known.reduce((total, summary) => total + summary[of], 0);
  const promised = lines.flatMap(({ hall }) => hall.queues.map(({ targetWaitSec }) => targetWaitSec));
  const since = known.flatMap(({ longestSince }) => longestSince ?? []);
  return {
    hallIds: lines.map(({ hall }) => hall.id),
    waiting: sum('waiting'),
    longestSince: since.toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null,
    promisedSec: promised.length === 0 ? null : Math.min(...promised),
    windowsOpen: sum('windowsOpen'),
    windowsTotal: sum('windowsTotal'),
    terminalsLost: sum('terminalsLost'),
    unknown: lines.length - known.length,
  };
}

/** Worst first: by severity, then by the longest wait. Places alike keep the order of their ids, so that none jumps about. */
export function worstPlaceFirst(a: PlaceLine, b: PlaceLine): number {
  const rank = ({ worst }: PlaceLine) => (worst === null ? 0 : severityRank[worst]);
  const since = ({ longestSince }: PlaceLine) => (longestSince === null ? Infinity : Date.parse(longestSince));
  const wait = since(a) === since(b) ? 0 : since(a) - since(b);
  return rank(b) - rank(a) || wait || a.id.localeCompare(b.id);
}
