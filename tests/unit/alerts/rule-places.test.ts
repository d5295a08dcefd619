import { describe, expect, it } from 'vitest';
import { placeKindsOf, RuleKind } from '#contract/alert-rules.ts';
import { regionsAbove } from '#contract/places.ts';
import { holdsFor, placesIn, type RulePlace } from '#contract/rule-places.ts';
import { keyOf, placeOf } from '../../../client/features/rules/rule-places.ts';
import { logicOf } from '../../../server/features/alerts/rules/all.ts';

const region = (regionId: string): RulePlace => ({ of: 'region', regionId });
const window: RulePlace = { of: 'window', hallId: 'civic', windowId: 'w03' };
const camera: RulePlace = { of: 'camera', hallId: 'civic', cameraId: 'cam-1' };
const tax: RulePlace = { of: 'hall', hallId: 'tax' };
const parents: Record<string, string | null> = { county: 'city', city: 'province', province: null };
const civic = { hallId: 'civic', regionIds: regionsAbove('county', (id) => parents[id]) };

describe('where a rule holds', () => {
  it('is all of a hall by itself, by its region, or by one above that', () => {
    expect(placesIn(null, civic)).toBeNull();
    for (const place of [region('county'), region('province'), { of: 'hall', hallId: 'civic' } as const]) {
      expect(placesIn([tax, window, place], civic)).toBeNull();
    }
    expect(placesIn([region('elsewhere'), tax], civic)).toEqual([]);
  });

  it('is otherwise what is named of it: a window with what stands there, or a camera', () => {
    const here = placesIn([tax, window, camera, { ...window, hallId: 'tax' }], civic);
    expect(here).toEqual([window, camera]);
    const about = (windowId: string | null, cameraId: string | null) => holdsFor(here, { windowId, cameraId });
    expect([about('w03', null), about(null, 'cam-1')]).toEqual([true, true]);
    expect([about('w04', null), about(null, 'cam-2'), about(null, null)]).toEqual([false, false, false]);
    expect(holdsFor(null, { windowId: null, cameraId: null })).toBe(true);
  });

  it('may be as narrow as what its kind is about', () => {
    const narrowest = { camera: 'camera', window: 'window', terminal: 'window', review: 'window' } as const;
    for (const kind of RuleKind.options) {
      const { topic } = logicOf(kind);
      const within = topic === 'hall' || topic === 'queue' ? [] : [narrowest[topic]];
      expect([kind, placeKindsOf(kind)]).toEqual([kind, ['region', 'hall', ...within]]);
    }
  });

  it('is the same place as a choice of a list', () => {
    for (const place of [region('county'), tax, window, camera]) expect(placeOf(keyOf(place))).toEqual(place);
  });
});
