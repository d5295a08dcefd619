import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { cameraCoverage, windowCoverage, type StreamRecord } from '../../../server/features/coverage/coverage.ts';
import { csv } from '#lib/csv.ts';
import { openingOf } from '../../../server/features/coverage/opening.ts';
import { intersect, seconds, subtract, union, type Span } from '../../../server/features/coverage/spans.ts';

const at = (time: string) => Date.parse(`2026-03-09T${time}:00+08:00`);
const span = (from: string, until: string): Span => ({ from: at(from), until: at(until) });
const midnight = { from: at('00:00'), until: at('00:00') + 24 * 3600_000 };
const minutes = (count: number) => count * 60;

/** Nine to noon and one to five: seven hours. */
const opening = openingOf(midnight, {
  timetable: [span('09:00', '12:00'), span('13:00', '17:00')],
  said: [],
  lasting: false,
});
const day = { hallId: 'hall', day: '2026-03-09', opening };
const stream = (change: Partial<StreamRecord>): StreamRecord => ({
  ...{ cameraId: 'cam', role: 'main', runs: [], gaps: [], oldestAt: null, ...change },
});

describe('a day made by hand', () => {
  it('counts what was recorded in opening hours, and why the rest was not', () => {
    const found = cameraCoverage(
      day,
      stream({
        runs: [span('00:00', '09:50'), span('10:00', '14:00'), span('14:30', '16:59')],
        gaps: [
          { ...span('09:50', '10:00'), cause: 'camera-lost' },
          // within a run: what was recorded is gone
          { ...span('11:00', '11:05'), cause: 'file-missing' },
          { ...span('11:04', '11:15'), cause: 'removed' },
          // over closing and opening again: half of it counts
          { ...span('11:50', '13:10'), cause: 'disk-failed' },
          { ...span('14:00', '14:20'), cause: 'server-stopped' },
          { ...span('14:20', '14:30'), cause: 'server-stopped' },
        ],
      }),
    );
    expect(found).toMatchObject({ base: 'timetable', openSec: 7 * 3600 });
    expect(found.gaps).toEqual([
      { cause: 'camera-lost', seconds: minutes(10), count: 1 },
      { cause: 'file-missing', seconds: minutes(5), count: 1 },
      { cause: 'disk-failed', seconds: minutes(20), count: 1 },
      { cause: 'server-stopped', seconds: minutes(30), count: 1 },
      { cause: 'removed', seconds: minutes(10), count: 1 },
      // from 16:59 on nobody says anything: it was not planned
      { cause: 'not-planned', seconds: minutes(1), count: 1 },
    ]);
    expect(found.recordedSec).toBe(7 * 3600 - minutes(10 + 5 + 20 + 30 + 10 + 1));
  });

  it('of a window counts what any of its cameras recorded', () => {
    const a = stream({ runs: [span('08:00', '10:00')] });
    const b = stream({ cameraId: 'b', runs: [span('09:30', '12:00'), span('13:00', '14:00')] });
    expect(windowCoverage(day, 'w01', [a, b])).toMatchObject({
      cameraIds: ['b', 'cam'],
      openSec: 7 * 3600,
      recordedSec: 4 * 3600,
    });
  });

  it('every open second is recorded or has one cause', () => {
    const spans = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 1440 }), fc.integer({ min: 1, max: 300 })), { maxLength: 8 })
      .map((list) =>
        list.map(([from, length]) => ({
          from: at('00:00') + from * 60_000,
          until: at('00:00') + (from + length) * 60_000,
        })),
      );
    const causes = fc.constantFrom('camera-lost', 'removed', 'not-planned', 'schedule');
    fc.assert(
      fc.property(spans, spans, fc.array(causes, { minLength: 8, maxLength: 8 }), (runs, gaps, causes) => {
        const found = cameraCoverage(
          day,
          stream({ runs, gaps: gaps.map((gap, i) => ({ ...gap, cause: causes[i]! })) }),
        );
        const missing = found.gaps.reduce((sum, gap) => sum + gap.seconds, 0);
        expect(found.recordedSec + missing).toBeCloseTo(found.openSec, 6);
      }),
    );
  });
});

describe('opening hours', () => {
  const said = (windowId: string, ...words: [string, boolean][]) =>
    words.map(([time, open]) => ({ windowId, at: at(time), open }));

  it('without a timetable are what the windows said, each for itself', () => {
    const words = [
      ...said(
        'w01',
        ['08:30', false],
        ['09:00', true],
        ['09:20', true],
        ['12:00', false],
        ['13:00', true],
        ['17:00', false],
      ),
      ...said('w02', ['11:00', true], ['12:30', false]),
    ];
    const found = openingOf(midnight, { timetable: null, said: words, lasting: false });
    expect(found).toMatchObject({ base: 'windows', hall: [span('09:00', '12:30'), span('13:00', '17:00')] });
    expect(found.windows.get('w02')).toEqual([span('11:00', '12:30')]);
  });

  it('a window that was never heard to close was open until its last word, today until now', () => {
    const words = said('w01', ['09:00', true], ['15:00', true]);
    expect(openingOf(midnight, { timetable: null, said: words, lasting: false }).hall).toEqual([
      span('09:00', '15:00'),
    ]);
    const today = span('00:00', '16:00');
    expect(openingOf(today, { timetable: null, said: words, lasting: true }).hall).toEqual([span('09:00', '16:00')]);
  });

  it('a hall whose windows stayed closed was closed; one of which nothing is known counts all day', () => {
    const words = said('w01', ['10:00', false]);
    expect(openingOf(midnight, { timetable: null, said: words, lasting: false })).toMatchObject({
      base: 'windows',
      hall: [],
    });
    expect(openingOf(midnight, { timetable: null, said: [], lasting: false })).toMatchObject({
      base: 'whole-day',
      hall: [midnight],
    });
  });
});

describe('spans', () => {
  const list = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 12 })))
    .map((pairs) => pairs.map(([from, length]) => ({ from, until: from + length })));
  const has = (spans: readonly Span[], point: number) =>
    spans.some(({ from, until }) => from <= point && point < until);

  it('union, intersection and difference hold at every point', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        const [left, right] = [union(a), union(b)];
        for (let point = 0; point < 64; point += 1) {
          expect(has(left, point)).toBe(has(a, point));
          expect(has(intersect(left, right), point)).toBe(has(a, point) && has(b, point));
          expect(has(subtract(left, right), point)).toBe(has(a, point) && !has(b, point));
        }
        expect(seconds(intersect(left, right)) + seconds(subtract(left, right))).toBeCloseTo(seconds(left));
      }),
    );
  });
});

describe('the table', () => {
  it('is UTF-8 with its mark, quoted as RFC 4180 says, and runs no formulas', () => {
    expect(
      csv([
        ['大厅', 1.5, null],
        ['a "b", c', 'two\nlines', '=1+1'],
        ['-2', '+3', '@x'],
      ]),
    ).toBe('\uFEFF大厅,1.5,\r\n"a ""b"", c","two\nlines",\'=1+1\r\n\'-2,\'+3,\'@x\r\n');
  });
});
