import { describe, expect, it } from 'vitest';
import type { CameraTimeline, TimelineGap, TimelineMark } from '../../../server/contract/footage.ts';
import { Answers, questionFor, resolutionFor } from '../../../client/features/footage/timeline/answers.ts';
import { footageBars, gapAt, gapBars } from '../../../client/features/footage/timeline/bars.ts';
import { clusterAt, clusters } from '../../../client/features/footage/timeline/mark-clusters.ts';
import { ticks } from '../../../client/features/footage/timeline/ticks.ts';
import {
  around,
  beforeEnd,
  followed,
  MAX_SPAN,
  MIN_SPAN,
  spanOf,
  toTime,
  toX,
  zoomed,
} from '../../../client/features/footage/timeline/time-scale.ts';

const NOON = Date.parse('2026-03-09T12:00:00+08:00');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const iso = (at: number) => new Date(at).toISOString();
const zone = 'Asia/Shanghai';

describe('the scale of time', () => {
  const view = around(NOON, HOUR);

  it('leads from time to place and back', () => {
    expect(toX(view, 600, NOON)).toBe(300);
    expect(toTime(view, 600, 450)).toBe(NOON + 15 * MINUTE);
  });

  it('keeps the moment under the pointer where it is while it zooms', () => {
    const at = NOON + 10 * MINUTE;
    const nearer = zoomed(view, 0.1, at);
    expect(spanOf(nearer)).toBeCloseTo(6 * MINUTE, 3);
    expect(toX(nearer, 600, at)).toBeCloseTo(toX(view, 600, at), 6);
  });

  it('goes from some seconds to a month, and no further', () => {
    expect(spanOf(zoomed(view, 1e-9, NOON))).toBe(MIN_SPAN);
    expect(spanOf(zoomed(view, 1e9, NOON))).toBe(MAX_SPAN);
  });

  it('shows no more than a quarter of what is still to come', () => {
    expect(beforeEnd(view, NOON).until).toBe(NOON + 15 * MINUTE);
    expect(beforeEnd(around(NOON - DAY, HOUR), NOON)).toEqual(around(NOON - DAY, HOUR));
  });

  it('turns the page when the moment that plays leaves it', () => {
    expect(followed(view, NOON, true)).toBe(view);
    const next = followed(view, view.until - MINUTE, true);
    expect(toX(next, 100, view.until - MINUTE)).toBeCloseTo(15, 6);
    const before = followed(view, view.from + MINUTE, false);
    expect(toX(before, 100, view.from + MINUTE)).toBeCloseTo(85, 6);
  });
});

describe('the ruler', () => {
  const labels = (span: number, width = 1000) =>
    ticks(around(NOON, span), width, zone, 80)
      .map(({ label }) => label)
      .filter((label) => label !== '');

  it('has round times of the clock in the hall at every zoom', () => {
    expect(labels(10 * MINUTE)).toEqual(
      Array.from({ length: 11 }, (_, i) => (i < 5 ? `11:5${i + 5}` : `12:0${i - 5}`)),
    );
    expect(labels(20_000)).toContain('12:00:00');
    expect(labels(DAY)).toContain('12:00');
    expect(labels(31 * DAY, 3000)).toContain('03-09');
    expect(labels(MIN_SPAN, 2000)).toContain('00:00.4');
  });

  it('marks where a day begins, by its date', () => {
    const midnight = ticks(around(NOON - 12 * HOUR, 6 * HOUR), 1000, zone, 80).find(({ day }) => day);
    expect(midnight).toMatchObject({ at: NOON - 12 * HOUR, label: '03-09' });
  });

  it('keeps labels apart', () => {
    for (const span of [5000, 90_000, HOUR, 7 * HOUR, 3 * DAY, 31 * DAY]) {
      const xs = ticks(around(NOON, span), 1000, zone, 80).filter(({ label }) => label !== '');
      for (let i = 1; i < xs.length; i += 1) expect(xs[i]!.x - xs[i - 1]!.x).toBeGreaterThanOrEqual(79.9);
    }
  });

  it('stands right on both sides of a change to summer time', () => {
    const change = Date.parse('2026-03-29T01:00:00Z');
    const found = ticks(around(change, 6 * HOUR), 1000, 'Europe/Berlin', 80).filter(({ label }) => label !== '');
    expect(found.map(({ label }) => label)).toEqual(expect.arrayContaining(['01:00', '03:00', '04:00']));
    expect(found.find(({ label }) => label === '04:00')?.at).toBe(change + HOUR);
  });
});

describe('bars', () => {
  const view = around(NOON, HOUR);
  const span = (from: number, until: number, held = false): CameraTimeline['footage'][number] => ({
    from: iso(from),
    until: iso(until),
    held,
  });
  const gap = (from: number, until: number, cause: TimelineGap['cause']): TimelineGap => ({
    from: iso(from),
    until: iso(until),
    cause,
    detail: null,
  });

  it('joins runs that follow each other within half a pixel, but not protected ones with others', () => {
    const runs = [
      span(NOON - DAY, NOON - 10 * MINUTE),
      span(NOON - 10 * MINUTE + 1000, NOON),
      span(NOON, NOON + MINUTE, true),
    ];
    expect(footageBars(runs, view, 600)).toEqual([
      { x: 0, width: 300, held: false },
      { x: 300, width: expect.closeTo(10, 6), held: true },
    ]);
  });

  it('shows a fault that is shorter than a pixel, and leaves out what is not in sight', () => {
    const bars = gapBars(
      [gap(NOON, NOON + 1000, 'camera-lost'), gap(NOON + DAY, NOON + 2 * DAY, 'removed')],
      view,
      600,
    );
    expect(bars).toEqual([{ x: 300, width: 2, expected: false }]);
  });

  it('finds a gap exactly, and a short fault beside the pointer', () => {
    const gaps = [gap(NOON, NOON + 1000, 'disk-full'), gap(NOON + MINUTE, NOON + 2 * MINUTE, 'schedule')];
    expect(gapAt(gaps, NOON + 500)?.cause).toBe('disk-full');
    expect(gapAt(gaps, NOON + 3000)).toBeNull();
    expect(gapAt(gaps, NOON + 3000, 5000)?.cause).toBe('disk-full');
    expect(gapAt(gaps, NOON + MINUTE - 1000, 5000)).toBeNull();
  });
});

describe('marks', () => {
  const mark = (kind: TimelineMark['kind'], at: number, severity: TimelineMark['severity'] = null): TimelineMark => ({
    ...{ kind, id: `${kind}-${at}`, from: iso(at), until: null },
    ...{ label: 'x', severity },
  });

  it('that would lie on each other are one, with the worst severity', () => {
    const all = [mark('alert', NOON, 'blue'), mark('alert', NOON + 10_000, 'red'), mark('bookmark', NOON)];
    const found = clusters(all, around(NOON, HOUR), 600, 8);
    expect(found.map(({ kind, severity, marks }) => [kind, severity, marks.length])).toEqual([
      ['alert', 'red', 2],
      ['bookmark', null, 1],
    ]);
    expect(clusters(all, around(NOON, MINUTE), 600, 8)).toHaveLength(3);
  });

  it('are found near the pointer only', () => {
    const found = clusters([mark('bookmark', NOON)], around(NOON, HOUR), 600, 8);
    expect(clusterAt(found, 303, 6)?.kind).toBe('bookmark');
    expect(clusterAt(found, 320, 6)).toBeNull();
  });
});

describe('answers of the server', () => {
  const view = around(NOON, HOUR);
  const rows = new Map([['c1', { cameraId: 'c1', role: 'main', footage: [], gaps: [], marks: [] } as CameraTimeline]]);
  const answered = (now: number) => ({ ...questionFor(view, 600, now), askedAt: now, cameras: rows });

  it('are asked as sharply as they are seen, with room to drag, and not beyond now', () => {
    expect(resolutionFor(around(NOON, 10_000), 1000)).toBe(0);
    expect(resolutionFor(around(NOON, 31 * DAY), 1000)).toBe(2 ** 21);
    expect(questionFor(view, 600, NOON).span).toEqual({ from: NOON - HOUR, until: NOON });
  });

  it('serve again until the view leaves them, is sharper, or they are old', () => {
    const answers = new Answers();
    const now = NOON + DAY;
    answers.add(answered(now));
    expect(answers.best(view, 600, ['c1'], now)?.sure).toBe(true);
    expect(answers.best(around(NOON + 20 * MINUTE, HOUR), 600, ['c1'], now)?.sure).toBe(true);
    expect(answers.best(around(NOON + DAY, HOUR), 600, ['c1'], now)?.sure).toBe(false);
    expect(answers.best(around(NOON, MINUTE), 600, ['c1'], now)?.sure).toBe(false);
    expect(answers.best(view, 600, ['c1', 'c2'], now)?.sure).toBe(false);
    answers.doubt();
    expect(answers.best(view, 600, ['c1'], now)).toMatchObject({ sure: false });
  });

  it('that hold now are asked anew after ten seconds', () => {
    const answers = new Answers();
    answers.add(answered(NOON));
    expect(answers.best(view, 600, ['c1'], NOON + 5000)?.sure).toBe(true);
    expect(answers.best(view, 600, ['c1'], NOON + 11_000)?.sure).toBe(false);
  });
});
