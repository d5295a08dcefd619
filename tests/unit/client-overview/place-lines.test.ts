import { expect, it } from 'vitest';
import type { HallSummary } from '#contract/hall-state.ts';
import type { Region } from '#contract/places.ts';
import type { HallLine } from '../../../client/map/hall-line.ts';
import { placeLines, worstPlaceFirst } from '../../../client/overview/place-lines.ts';
import { hall } from '../../helpers/hall-fixture.ts';

const region = (id: string, parentId: string | null): Region => ({
  ...{ id, parentId, code: '530100', name: { zh: id, en: id }, outline: null },
});
const regions = [region('province', null), region('north', 'province'), region('south', 'province')];
const line = (id: string, regionId: string, change: Partial<HallLine> = {}): HallLine => ({
  hall: { ...hall, id, regionId },
  summary: {
    ...{ hallId: id, waiting: 4, longestSince: null, windowsOpen: 2, windowsTotal: 3, inside: null, terminalsLost: 1 },
  } satisfies HallSummary,
  ...{ worst: null, calling: false },
  ...change,
});

it('sums what lies below a region, and shows the halls that lie in no region below', () => {
  const lines = [
    line('a', 'north'),
    line('b', 'north', { summary: undefined }),
    line('c', 'south'),
    line('d', 'province'),
  ];
  const places = placeLines(regions, lines, 'province');
  expect(places.map(({ kind, id }) => [kind, id])).toEqual([
    ['region', 'north'],
    ['region', 'south'],
    ['hall', 'd'],
  ]);
  expect(places[0]).toMatchObject({ hallIds: ['a', 'b'], waiting: 4, windowsTotal: 3, terminalsLost: 1, unknown: 1 });
});

it('goes down to the halls', () => {
  const lines = [line('a', 'north'), line('b', 'north'), line('c', 'south')];
  expect(placeLines(regions, lines, 'north').map(({ id }) => id)).toEqual(['a', 'b']);
});

it('puts the worst first, then the longest wait, and keeps what is alike in its order', () => {
  const waits = (since: string) => ({ summary: { ...line('x', 'x').summary!, longestSince: since } });
  const lines = [
    ...[line('calm', 'north'), line('also-calm', 'north'), line('red', 'north', { worst: 'red' })],
    ...[line('late', 'north', waits('2026-03-02T08:00:00Z')), line('later', 'north', waits('2026-03-02T07:00:00Z'))],
  ];
  const order = placeLines(regions, lines, 'north').toSorted(worstPlaceFirst);
  expect(order.map(({ id }) => id)).toEqual(['red', 'later', 'late', 'also-calm', 'calm']);
});
