import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/alerts.ts';
import type { Camera } from '#contract/cameras.ts';
import type { HallSummary, QueueLive } from '#contract/hall-state.ts';
import { instantText, spanText, timeOfDay } from '../../../client/i18n/time.ts';
import { byPlace } from '../../../client/wall/camera-order.ts';
import { worstFirst } from '../../../client/wall/hall-order.ts';
import { readSubject } from '../../../client/wall/problems/subject.ts';
import { meanWaitMs, saturation } from '../../../client/wall/queue-figures.ts';
import { keepOrder } from '../../../client/wall/keep-order.ts';
import { byUrgency, concerns, worst } from '../../../client/wall/severity.ts';
import { addedUp, sparklinePath } from '../../../client/wall/sparkline-path.ts';
import { windowRanges } from '../../../client/wall/window-ranges.ts';
import { alertOf } from '../../helpers/alert-fixture.ts';

describe('severity', () => {
  it('knows the worst of many', () => {
    expect(worst([])).toBeNull();
    expect(worst([alertOf({ severity: 'yellow' }), alertOf({ severity: 'red' }), alertOf({ severity: 'blue' })])).toBe(
      'red',
    );
  });

  it('puts the unseen before the seen, the over and the silenced last; then the worst, of one severity the escalated, then the newest', () => {
    const rows: Partial<Alert>[] = [
      { id: 'seen red', status: 'acknowledged', severity: 'red' },
      { id: 'old yellow', severity: 'yellow', raisedAt: '2026-03-02T09:00:00+08:00' },
      { id: 'new yellow', severity: 'yellow', raisedAt: '2026-03-02T09:05:00+08:00' },
      { id: 'blue', severity: 'blue', raisedAt: '2026-03-02T09:20:00+08:00' },
      { id: 'silenced', severity: 'red', silenceId: 's' },
      { id: 'over', severity: 'red', status: 'handled', outcome: 'cleared' },
      { id: 'escalated', severity: 'blue', escalatedAt: '2026-03-02T09:10:00+08:00' },
    ];
    const order = rows.map(alertOf).sort(byUrgency);
    expect(order.map(({ id }) => id)).toEqual([
      'new yellow',
      'old yellow',
      'escalated',
      'blue',
      'seen red',
      'over',
      'silenced',
    ]);
  });
});

describe('order of halls', () => {
  const line = (hallId: string, severity: Alert['severity'] | null, longestSince: string | null) => ({
    severity,
    summary: { hallId, longestSince } as HallSummary,
  });

  it('is worst first, then by the longest wait, then steady', () => {
    const lines = [
      line('d', null, null),
      line('b', null, '2026-03-02T09:10:00+08:00'),
      line('a', null, '2026-03-02T09:00:00+08:00'),
      line('c', null, null),
      line('e', 'blue', null),
      line('f', 'red', null),
    ];
    expect(lines.sort(worstFirst).map(({ summary }) => summary.hallId)).toEqual(['f', 'e', 'a', 'b', 'c', 'd']);
  });

  it('keeps rows under the hand where they are, lets new ones in and gone ones out', () => {
    expect(keepOrder(['a', 'b', 'c'], ['c', 'x', 'a'])).toEqual(['a', 'x', 'c']);
    expect(keepOrder([], ['b', 'a'])).toEqual(['b', 'a']);
  });
});

it('cameras hang in one order: halls, windows, back offices, each by name with its numbers as numbers', () => {
  const camera = (id: string, purpose: Camera['purpose'], name: string) => ({ id, purpose, name }) as Camera;
  const cameras = [
    camera('e', 'back-office', '档案室'),
    camera('d', 'window', '10 号窗口'),
    camera('c', 'window', '2 号窗口'),
    camera('b', 'public-area', '大厅全景 2'),
    camera('a', 'public-area', '大厅全景 1'),
  ];
  expect(cameras.sort(byPlace).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

describe('queue figures', () => {
  const row = (waiting: number, staffedWindows: number): QueueLive => ({
    queueId: 'gen',
    waiting,
    longestSince: null,
    meanIssuedAt: waiting > 0 ? '2026-03-02T09:00:00+08:00' : null,
    staffedWindows,
    servedWaitSec: null,
    issuedToday: 0,
    calledToday: 0,
    completedToday: 0,
  });

  it('saturation is waiting per staffed window', () => {
    expect(saturation(row(12, 3))).toBe(4);
    expect(saturation(row(0, 0))).toBe(0);
    expect(saturation(row(2, 0))).toBe(Infinity);
  });

  it('mean wait is counted to now', () => {
    expect(meanWaitMs(row(2, 1), Date.parse('2026-03-02T09:03:20+08:00'))).toBe(200_000);
    expect(meanWaitMs(row(0, 1), 0)).toBeNull();
  });
});

describe('sparkline', () => {
  const box = { from: 0, to: 100, max: 10, width: 100, height: 20 };

  it('draws time from left to right and values from the ground up', () => {
    const points = [
      { at: 0, value: 0 },
      { at: 50, value: 10 },
      { at: 100, value: 5 },
    ];
    expect(sparklinePath(points, box)).toBe('M0.0 20.0L50.0 0.0L100.0 10.0');
  });

  it('breaks where nothing was measured and leaves out what is older', () => {
    const points = [
      { at: -10, value: 3 },
      { at: 10, value: 10 },
      { at: 20, value: null },
      { at: 30, value: 10 },
    ];
    expect(sparklinePath(points, box)).toBe('M10.0 0.0M30.0 0.0');
  });

  it('adds several halls up, and breaks only where none of them is known', () => {
    const at = (second: number) => `2026-03-02T09:00:0${second}Z`;
    const one = [2, null, null].map((value, i) => ({ at: at(i + 1), value }));
    const other = [null, 4, null].map((value, i) => ({ at: at(i), value }));
    expect(addedUp([...one, ...other])).toEqual(
      [null, 6, null, null].map((value, i) => ({ at: Date.parse(at(i)), value })),
    );
  });
});

describe('windows that a camera sees', () => {
  const windows = ['01', '02', '03', '04', '05', '06'].map((label) => ({
    id: `w${label}`,
    label,
    name: { zh: '窗口', en: 'Window' },
    queueIds: [],
    place: null,
  }));

  it.each([
    [['w02'], '02'],
    [['w01', 'w02'], '01 02'],
    [['w03', 'w02', 'w01', 'w05'], '01–03 05'],
    [windows.map(({ id }) => id), '01–06'],
    [['gone'], ''],
  ])('%s', (ids, text) => {
    expect(windowRanges(windows, ids)).toBe(text);
  });
});

describe('subjects of problems', () => {
  it.each([
    ['camera:sw-07/sub', { kind: 'camera', cameraId: 'sw-07', role: 'sub' }],
    ['camera:sw-07', { kind: 'camera', cameraId: 'sw-07', role: null }],
    ['terminal:sw/caller/w07', { kind: 'terminal', hallId: 'sw', terminalKind: 'caller', deviceId: 'w07' }],
    ['output:01M/值班室/夜', { kind: 'output', name: '值班室/夜' }],
    ['exchange:tax', { kind: 'exchange', sourceId: 'tax' }],
    ['broker', { kind: 'other', text: 'broker' }],
    ['terminal:sw', { kind: 'other', text: 'terminal:sw' }],
  ])('%s', (subject, read) => {
    expect(readSubject(subject)).toEqual(read);
  });
});

describe('times', () => {
  const at = Date.parse('2026-03-02T00:05:09Z');

  it('are told in the zone of the hall, 24 h with seconds', () => {
    expect(timeOfDay(at, 'Asia/Shanghai')).toBe('08:05:09');
    expect(timeOfDay(at, 'Asia/Urumqi')).toBe('06:05:09');
  });

  it('carry the date where it is another day there', () => {
    expect(instantText(at, at + 3_600_000, 'Asia/Shanghai')).toBe('08:05:09');
    expect(instantText(at, at + 86_400_000, 'Asia/Shanghai')).toBe('2026-03-02 08:05:09');
  });

  it('spans read as a clock', () => {
    expect([0, 999, 61_000, 3_723_000, -5000].map(spanText)).toEqual(['0:00', '0:00', '1:01', '1:02:03', '0:00']);
  });
});

describe('the mark of a tile', () => {
  const dead = { id: 'sw-07', hallId: 'sw', windowIds: ['w07'] };
  const beside = { id: 'sw-08', hallId: 'sw', windowIds: ['w07'] };
  const other = { id: 'sw-01', hallId: 'sw', windowIds: [] };
  it('shows what its camera sees', () => {
    const about = alertOf({ windowId: 'w07' });
    expect([dead, beside, other].map((camera) => concerns(about, camera))).toEqual([...[true, true, false]]);
    expect(concerns(alertOf({ windowId: null, queueId: 'soc', cameraIds: ['sw-01'] }), other)).toBe(true);
  });

  it('is not that of a window of the same number in another hall', () => {
    expect(concerns(alertOf({ windowId: 'w07' }), { ...dead, hallId: 'ne' })).toBe(false);
  });

  it('of an alert about a camera is on that camera alone, not on those that show the place instead', () => {
    const about = alertOf({ kind: 'camera-offline', windowId: null, cameraId: 'sw-07', cameraIds: ['sw-08', 'sw-07'] });
    expect([dead, beside].map((camera) => concerns(about, camera))).toEqual([true, false]);
  });
});
