import { expect, it } from 'vitest';
import type { CoverageAnswer } from '#contract/storage.ts';
import { lastDays, levelOf, rowsOf, shareText, type Cell } from '../../../client/features/coverage/grid.ts';

const cell = (openSec: number, recordedSec: number): Cell => {
  return { day: '2026-03-09', base: 'timetable', openSec, recordedSec, gaps: [], oldestAt: null };
};

it('days end with the day that is asked for, over the end of a month', () => {
  expect(lastDays('2026-03-02', 4)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
});

it('all of it is 100 %, and nothing less is rounded up to that', () => {
  const shares = [cell(0, 0), cell(1000, 1000), cell(100_000, 99_999), cell(1000, 500), cell(1000, 0)];
  expect(shares.map(shareText)).toEqual([null, '100 %', '99.9 %', '50.0 %', '0.0 %']);
  expect(shares.map(levelOf)).toEqual(['shut', 'whole', 'most', 'some', 'none']);
});

it('a camera has a row for each stream, by name as people count', () => {
  const of = (cameraId: string, role: 'main' | 'sub', day: string) => ({ ...cell(10, 5), cameraId, role, day });
  const answer = {
    cameras: [of('w10', 'main', '2026-03-09'), of('w2', 'main', '2026-03-09'), of('w2', 'sub', '2026-03-08')],
    windows: [{ ...cell(10, 10), windowId: 'w01', cameraIds: ['w2'] }],
  } as unknown as CoverageAnswer;
  const rows = rowsOf(answer, 'cameras', (id) => `Window ${id.slice(1)}`);
  expect(rows.map(({ id, name, cells }) => [id, name, [...cells.keys()]])).toEqual([
    ['w2/main', 'Window 2', ['2026-03-09']],
    ['w2/sub', 'Window 2', ['2026-03-08']],
    ['w10/main', 'Window 10', ['2026-03-09']],
  ]);
  expect(rowsOf(answer, 'windows', (id) => id).map(({ id }) => id)).toEqual(['w01']);
});
