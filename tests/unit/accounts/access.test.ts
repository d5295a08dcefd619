import { describe, expect, it } from 'vitest';
import type { Grant } from '#contract/grants.ts';
import type { Hall, Region } from '#contract/places.ts';
import { ManualClock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import { Access } from '../../../server/features/accounts/access.ts';

const START = Date.parse('2026-11-27T00:00:00Z');
const DAY = 24 * 3600_000;
const hall = (id: string, regionId: string) => ({ id, regionId }) as Hall;
const region = (id: string, parentId: string | null) => ({ id, parentId }) as Region;

function open(grants: Record<string, Grant[]>) {
  const clock = new ManualClock(START);
  const halls = new Map([['h1', hall('h1', 'east')]]);
  const places = {
    regions: () => [region('east', null), region('west', null)],
    list: () => [...halls.values()],
    changed: new Emitter<Hall>(),
    removed: new Emitter<string>(),
    regionChanged: new Emitter<Region>(),
  };
  const access = new Access({ clock, places });
  access.start(new Map(Object.entries(grants)));
  const told: (string[] | null)[] = [];
  access.changed.on((names) => told.push(names && [...names]));
  const put = (each: Hall) => {
    halls.set(each.id, each);
    places.changed.emit(each);
  };
  const remove = (id: string) => {
    halls.delete(id);
    places.removed.emit(id);
  };
  const sees = (username: string, hallId = 'h1') => access.rightsOf(username).mayIn('camera.view', hallId);
  return { clock, access, told, put, remove, sees };
}

const inEast: Grant = { role: 'supervisor', scope: { of: 'region', id: 'east' }, until: null };
const inHall: Grant = { role: 'supervisor', scope: { of: 'hall', id: 'h1' }, until: null };

describe('access', () => {
  it('gives nothing to whom nothing was granted', () => {
    const { access, sees } = open({ li: [inEast] });
    expect(sees('li')).toBe(true);
    expect(sees('nobody')).toBe(false);
    expect(access.dutiesOf('nobody')).toEqual([]);
  });

  it('ends with a grant that ends, at that instant, however far off it is', () => {
    const until = new Date(START + 40 * DAY).toISOString();
    const { clock, sees, told } = open({ li: [{ ...inEast, until }], wang: [inEast] });
    clock.advance(40 * DAY - 1);
    expect(sees('li')).toBe(true);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(sees('li')).toBe(false);
    expect(sees('wang')).toBe(true);
    expect(told).toEqual([['li']]);
  });

  it('follows a hall that comes, moves and goes, and takes no notice of what else changes in it', () => {
    const { put, remove, sees, told } = open({ li: [inEast], wang: [inHall] });
    put(hall('h1', 'east'));
    expect(told).toEqual([]);
    put(hall('h2', 'east'));
    expect(sees('li', 'h2')).toBe(true);
    put(hall('h1', 'west'));
    expect([sees('li'), sees('wang')]).toEqual([false, true]);
    remove('h1');
    put(hall('h1', 'east'));
    expect([sees('li'), sees('wang')]).toEqual([true, false]);
    expect(told).toEqual([null, null, null, null]);
  });

  it('takes new grants at once, and tells whose they are', () => {
    const { access, sees, told } = open({ li: [inEast] });
    access.put('li', []);
    expect(sees('li')).toBe(false);
    access.put('wang', [inHall]);
    expect(sees('wang')).toBe(true);
    expect(told).toEqual([['li'], ['wang']]);
  });
});
