import { z } from 'zod';
import { Region } from '#contract/places.ts';
import { byField, checkForm, type Checked } from '../admin/form-errors.ts';

/** GB/T 2260 writes a division as pairs: province, city, county; lower ones add three digits a level. */
const LEVEL_LENGTHS = [2, 4, 6, 9, 12] as const;

/** The region that a division code says it lies in: 440103 -> 440100, else 440000. */
export function parentByCode(code: string, regions: readonly Region[]): Region | undefined {
  const significant = code.replace(/(00)+$/, '').length;
  return LEVEL_LENGTHS.filter((length) => length < significant)
    .toReversed()
    .map((length) => code.slice(0, length).padEnd(6, '0'))
    .map((above) => regions.find((region) => region.code === above))
    .find((region) => region !== undefined);
}

/** @param takenIds ids of the other regions */
export function checkRegion(draft: Region, takenIds: readonly string[]): Checked<Region> {
  const checked = checkForm(Region, draft);
  if (!takenIds.includes(draft.id)) return checked;
  return {
    ok: false,
    fields: byField([
      ['id', { key: 'duplicate', params: { value: draft.id } }],
      ...(checked.ok ? [] : Object.entries(checked.fields)),
    ]),
  };
}

const Ring = z.array(z.tuple([z.number(), z.number()]).rest(z.number())).min(3);
const Geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(Ring).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(Ring).min(1)).min(1) }),
]);
const GeoJsonFile = z.union([
  Geometry.transform((geometry) => [geometry]),
  z.object({ type: z.literal('Feature'), geometry: Geometry }).transform(({ geometry }) => [geometry]),
  z
    .object({ type: z.literal('FeatureCollection'), features: z.array(z.object({ geometry: Geometry })).min(1) })
    .transform(({ features }) => features.map(({ geometry }) => geometry)),
]);

/** Points kept of one outline: more can be neither seen nor drawn quickly. */
const MOST_POINTS = 2000;

/**
 * The outer rings of a GeoJSON file (RFC 7946) of polygons, thinned where there are very many points; null where the
 * file holds none.
 */
export function outlineFromGeoJson(text: string): NonNullable<Region['outline']> | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = GeoJsonFile.safeParse(json);
  if (!parsed.success) return null;
  const rings = parsed.data.flatMap((geometry) =>
    geometry.type === 'Polygon' ? [geometry.coordinates[0]!] : geometry.coordinates.map((polygon) => polygon[0]!),
  );
  const step = Math.ceil(rings.reduce((sum, ring) => sum + ring.length, 0) / MOST_POINTS);
  return rings
    .map((ring) => ring.filter((_, i) => i % step === 0 || i === ring.length - 1))
    .filter((ring) => ring.length > 3)
    .map((ring) => ring.map(([longitude, latitude]): [number, number] => [longitude, latitude]));
}
