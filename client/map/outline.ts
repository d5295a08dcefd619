import type { Hall, Region } from '#contract/places.ts';

/** [longitude, latitude], as GeoJSON writes it. */
export type Position = readonly [number, number];
type Ring = readonly Position[];
/** South-west and north-east corner. */
export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The smallest box around the points; null when there are none. */
export function boundsOf(points: Iterable<Position>): Bounds | null {
  let box: Bounds | null = null;
  for (const [x, y] of points) {
    box ??= { west: x, south: y, east: x, north: y };
    box.west = Math.min(box.west, x);
    box.east = Math.max(box.east, x);
    box.south = Math.min(box.south, y);
    box.north = Math.max(box.north, y);
  }
  return box;
}

/** Half the width of the box shown around a single point, degrees: about a town. */
const LEAST_HALF = 0.05;

/** What the map shows at first: the outlines, and every hall even if it lies outside of them. */
export function mapBounds(regions: readonly Region[], halls: readonly Hall[]): Bounds | null {
  const box = boundsOf([...regions.flatMap((region) => region.outline?.flat() ?? []), ...halls.flatMap(positionOf)]);
  if (box === null) return null;
  const growX = Math.max(0, LEAST_HALF - (box.east - box.west) / 2);
  const growY = Math.max(0, LEAST_HALF - (box.north - box.south) / 2);
  return { west: box.west - growX, south: box.south - growY, east: box.east + growX, north: box.north + growY };
}

/** A hall's position, or nothing where it is not known. */
export function positionOf(hall: Pick<Hall, 'longitude' | 'latitude'>): Position[] {
  return hall.longitude === null || hall.latitude === null ? [] : [[hall.longitude, hall.latitude]];
}

/** Twice the signed area of a ring (shoelace), whether or not its last point repeats the first. */
function doubleArea(ring: Ring): number {
  return ring.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
}

/** Where a region's name stands: the centroid of its largest ring; null for a region without an outline. */
export function labelPosition(outline: Region['outline']): Position | null {
  const ring = outline?.toSorted((a, b) => Math.abs(doubleArea(b)) - Math.abs(doubleArea(a)))[0];
  const first = ring?.[0];
  if (ring === undefined || first === undefined) return null;
  const area = doubleArea(ring);
  if (area === 0) return first;
  let [sumX, sumY] = [0, 0];
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    const cross = x * nextY - nextX * y;
    sumX += (x + nextX) * cross;
    sumY += (y + nextY) * cross;
  });
  return [sumX / (3 * area), sumY / (3 * area)];
}

export interface RegionLabel {
  region: Region;
  position: Position;
  /** It stands on top of the outline, not in it: the inside belongs to the names of the regions below. */
  above: boolean;
}

/** Where the names of regions stand. */
export function regionLabels(regions: readonly Region[]): RegionLabel[] {
  const parents = new Set(regions.filter((region) => region.outline).map((region) => region.parentId));
  return regions.flatMap((region): RegionLabel[] => {
    const inside = labelPosition(region.outline);
    if (inside === null) return [];
    if (!parents.has(region.id)) return [{ region, position: inside, above: false }];
    const top = region.outline!.flat().reduce((highest, point) => (point[1] > highest[1] ? point : highest));
    return [{ region, position: top, above: true }];
  });
}

/**
 * Regions as GeoJSON polygons (RFC 7946), parents before children so that inner borders are drawn above outer ones.
 * Every ring is its own polygon: an outline may consist of several parts.
 */
export function regionFeatures(regions: readonly Region[]): GeoJSON.Feature<GeoJSON.MultiPolygon, { id: string }>[] {
  const depth = (region: Region): number => {
    let steps = 0;
    let at: Region | undefined = region;
    while (at?.parentId && steps <= regions.length) {
      at = regions.find((r) => r.id === at!.parentId);
      steps++;
    }
    return steps;
  };
  return regions
    .filter((region) => region.outline !== null && region.outline.length > 0)
    .toSorted((a, b) => depth(a) - depth(b))
    .map((region) => ({
      type: 'Feature',
      properties: { id: region.id },
      geometry: { type: 'MultiPolygon', coordinates: region.outline!.map((ring) => [ring]) },
    }));
}
