import { describe, expect, it } from 'vitest';
import type { CameraEvent } from '../../../server/contract/camera-events.ts';
import type { HealthPoint } from '../../../server/contract/camera-health.ts';
import {
  bandOf,
  courseOf,
  gapsOf,
  lineOf,
  lossesOf,
  summaryOf,
} from '../../../client/features/cameras/health/course.ts';
import { intervalsOf } from '../../../client/features/cameras/health/intervals.ts';
import { reasonsLine } from '../../../client/features/cameras/health/condition-words.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 2, 2, 4);

function point(minutesAgo: number, more: Partial<HealthPoint> = {}): HealthPoint {
  const quiet = { keyIntervalSec: 2, lossRatio: 0, jitterMs: 1, clockOffsetMs: 0, dropped: 0, losses: 0, uptime: 1 };
  return { at: new Date(NOW - minutesAgo * MINUTE).toISOString(), fps: 15, kbps: 400, ...quiet, ...more };
}
/** A point a minute, from so many minutes ago to so many. */
const stretch = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => point(from - i));
const ago = (minutes: number) => NOW - minutes * MINUTE;

describe('the course of a stream', () => {
  it('has no gap where a point came every minute, some of them a little late', () => {
    const points = stretch(60, 0).map((each, i) =>
      i % 7 === 0 ? { ...each, at: new Date(Date.parse(each.at) + 900).toISOString() } : each,
    );
    expect(gapsOf(courseOf(points, 1, NOW))).toEqual([]);
  });

  it('has gaps before the first point, between points and after the last, and breaks its line there', () => {
    const course = courseOf([...stretch(50, 40), ...stretch(20, 10)], 1, NOW);
    expect(gapsOf(course)).toEqual([
      { from: ago(60), to: ago(51) },
      { from: ago(40), to: ago(21) },
      { from: ago(10), to: NOW },
    ]);
    const line = lineOf(course, 'fps');
    expect(line).toHaveLength(23);
    expect(line.filter(([, fps]) => fps === null)).toEqual([[ago(40) + 1, null]]);
  });

  it('is nothing but a gap where nothing was measured', () => {
    const course = courseOf([], 24, NOW);
    expect(gapsOf(course)).toEqual([{ from: NOW - 24 * 60 * MINUTE, to: NOW }]);
    expect(lineOf(course, 'kbps')).toEqual([]);
    expect(summaryOf(course)).toEqual([]);
  });

  it('knows the step of longer spans by itself', () => {
    const daily = Array.from({ length: 24 * 7 }, (_, i) => point(60 * (24 * 7 - i)));
    expect(gapsOf(courseOf(daily, 24 * 7, NOW))).toEqual([]);
  });

  it('tells losses with how often', () => {
    expect(lossesOf(courseOf([point(3), point(2, { losses: 2 }), point(1)], 1, NOW))).toEqual([
      { time: ago(2), count: 2 },
    ]);
  });

  it('calls normal what the profile promises, and where nine tenths of the bit rates lie', () => {
    const points = stretch(100, 1).map((each, i) => ({ ...each, kbps: i + 1 }));
    const course = courseOf(points, 24, NOW);
    expect(bandOf(course, 'fps', 20)).toEqual([12, 22]);
    expect(bandOf(course, 'fps', 0)).toBeNull();
    expect(bandOf(course, 'kbps', 20)).toEqual([6, 96]);
    expect(bandOf(courseOf(points.slice(0, 5), 24, NOW), 'kbps', 20)).toBeNull();
  });

  it('is summed up in a table, the newest first, rates as means of what was measured', () => {
    const course = courseOf([point(70, { fps: 10 }), point(65, { fps: null, losses: 3 }), point(5)], 24, NOW);
    expect(summaryOf(course).map(({ fps, losses }) => ({ fps, losses }))).toEqual([
      { fps: 15, losses: 0 },
      { fps: 10, losses: 3 },
    ]);
  });
});

describe('the reasons of a condition in one line', () => {
  it('names each with its figures, picture faults by their names, and leaves out what a camera said', () => {
    const line = reasonsLine(
      [
        { code: 'CAMERA_LOSSY', detail: '3.1 %' },
        { code: 'CAMERA_MAIN_LOST', detail: '453 Not Enough Bandwidth, see the manual' },
        { code: 'CAMERA_PICTURE_FAULT', detail: 'black, moved' },
      ],
      (key) => (key === 'health.comma' ? '; ' : key.split('.').slice(-2).join(' ')),
    );
    expect(line).toBe(
      'CAMERA_LOSSY title 3.1 %; CAMERA_MAIN_LOST title; CAMERA_PICTURE_FAULT title faults black; faults moved',
    );
  });
});

describe('what a camera noticed, as intervals', () => {
  const event = (minute: number, active: boolean | null, kind: CameraEvent['kind'] = 'motion'): CameraEvent => ({
    ...{ cameraId: 'c1', kind, topic: `tns1:${kind}`, source: '', active, initial: false },
    at: new Date(NOW + minute * MINUTE).toISOString(),
  });
  const told = (...events: CameraEvent[]) =>
    intervalsOf(events).map(({ kind, from, to, times }) => [
      kind,
      (from - NOW) / MINUTE,
      to === null ? null : (to - NOW) / MINUTE,
      times,
    ]);

  it('goes from beginning to end, and on while there is none', () => {
    expect(told(event(0, true), event(2, false), event(5, true))).toEqual([
      ['motion', 5, null, 1],
      ['motion', 0, 2, 1],
    ]);
  });

  it('is one while it comes again within a minute', () => {
    const steps = [0, 0.5, 1].flatMap((minute) => [event(minute, true), event(minute + 0.2, false)]);
    expect(told(...steps, event(4, true))).toEqual([
      ['motion', 4, null, 1],
      ['motion', 0, 1.2, 3],
    ]);
  });

  it('does not mix kinds, and gives what has no duration none', () => {
    expect(told(event(0, true), event(0.1, null, 'tamper'), event(0.2, false))).toEqual([
      ['motion', 0, 0.2, 1],
      ['tamper', 0.1, 0.1, 1],
    ]);
  });
});
