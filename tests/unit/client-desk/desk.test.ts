import { describe, expect, it } from 'vitest';
import type { Advice } from '#contract/advice.ts';
import type { QueueForecast } from '#contract/forecast.ts';
import {
  homeOf,
  minutesText,
  outcomeOf,
  reasonOf,
  standingOf,
  windowChanges,
  worstWait,
} from '../../../client/features/desk/desk-figures.ts';
import { plotOption, type DayPlot, type PlotTheme } from '../../../client/features/desk/plot-options.ts';
import { at, hall, minutes, queueRow, TEN } from '../../helpers/hall-fixture.ts';

const band = (middle: number) => ({ low: middle - 60, middle, high: middle + 60 });
const advice = (change: Partial<Advice>): Advice => ({
  ...{ id: '01KTEST0000000000000000000', hallId: hall.id, givenAt: at(TEN), horizonAt: at(TEN + minutes(60)) },
  action: { kind: 'open', windowId: 'w02', queueId: 'soc' },
  because: { waiting: 12, longestSec: 600, staffedWindows: 1, load: 1.4 },
  peaks: [
    { queueId: 'tax', without: band(60), with: band(60), happened: null },
    { queueId: 'soc', without: band(1860), with: band(720), happened: 840 },
  ],
  ...{ now: null, seed: 1, runs: 200, ended: null, endedAt: null, settledAt: null },
  ...change,
});

describe('the words of the desk', () => {
  it.each([
    [0, '0'],
    [20, '<1'],
    [89, '1.5'],
    [270, '4.5'],
    [320, '5'],
    [1860, '31'],
  ])('tells %i s as %s minutes', (sec, text) => {
    expect(minutesText(sec)).toBe(text);
  });

  it('shows the advice that stands, and none where all are over', () => {
    const [standing, over] = [advice({}), advice({ ended: 'eased' })];
    expect(standingOf([standing, over])).toBe(standing);
    expect(standingOf([over])).toBeNull();
    expect(standingOf(undefined)).toBeNull();
  });

  it('gives the reason of an advice as it is by now', () => {
    const outlook = { without: band(1860), with: band(720), load: 2.1 };
    const row = queueRow({ waiting: 28, longestSince: at(TEN - minutes(3)), staffedWindows: 2 });
    const reason = { waiting: 28, longestSec: 180, staffedWindows: 2, load: 2.1 };
    expect(reasonOf(advice({ now: outlook }), row, TEN)).toEqual(reason);
    expect(reasonOf(advice({}), queueRow(), TEN)).toMatchObject({ waiting: 0, longestSec: 0, load: 1.4 });
    expect(reasonOf(advice({}), undefined, TEN)).toEqual(advice({}).because);
  });

  it('measures an advice by the course that was then taken', () => {
    expect(outcomeOf(advice({ ended: 'taken' }))).toEqual({ without: 1860, with: 720, predicted: 720, happened: 840 });
    expect(outcomeOf(advice({ ended: 'expired' })).predicted).toBe(1860);
  });

  it('finds the worst wait of newcomers', () => {
    const step = (wait: number | null) => ({ at: at(TEN), waiting: band(60), wait: wait === null ? null : band(wait) });
    const queue = (waits: (number | null)[]) => ({ steps: waits.map(step) }) as QueueForecast;
    expect(worstWait(queue([120, null, 300]))).toBe(300);
    expect(worstWait(queue([null]))).toBeNull();
  });
});

describe('so many windows of a queue', () => {
  const three = {
    ...hall,
    windows: ['w01', 'w02', 'w03'].map((id) => ({ ...hall.windows[0]!, id, label: id.slice(1) })),
  };

  it('are its own, which name it first', () => {
    expect(homeOf(three, 'soc')).toEqual(['w01', 'w02', 'w03']);
    expect(homeOf(three, 'tax')).toEqual([]);
  });

  it('keep those open that are, and change no more than needed', () => {
    const openNow = new Set(['w02', 'w03']);
    const changes = (count: number) => windowChanges(three, openNow, new Map([['soc', count]]));
    expect(changes(2)).toEqual([]);
    expect(changes(3)).toEqual([{ windowId: 'w01', open: true }]);
    expect(changes(1)).toEqual([{ windowId: 'w03', open: false }]);
    expect(changes(0)).toEqual([
      { windowId: 'w02', open: false },
      { windowId: 'w03', open: false },
    ]);
  });
});

it('adds up the queues of today, and weighs their waits by people', () => {
  const queue = (queueId: string, issued: number | null, waitSec: number | null) => ({
    ...{ queueId, issued, typicalIssued: issued, waitSec, typicalWaitSec: waitSec },
  });
  const plot = (measure: DayPlot['measure']): DayPlot => ({
    ...{ is: 'day', measure, clock: (time) => at(time), words: { today: 'today', typical: 'usual' } },
    day: {
      ...{ hallId: hall.id, day: '2026-03-09', timeZone: hall.timeZone, weekday: 1, likeDays: 2 },
      hours: [
        { from: at(TEN), queues: [queue('soc', 30, 600), queue('tax', 10, 200)] },
        { from: at(TEN + minutes(60)), queues: [queue('soc', null, null), queue('tax', null, null)] },
      ],
    },
  });
  const theme = { rem: 16 } as PlotTheme;
  const today = (measure: DayPlot['measure']) =>
    (plotOption(plot(measure), theme)['series'] as { data: (number | null)[] }[])[0]!.data;
  expect(today('waiting')).toEqual([40, null]);
  expect(today('wait')).toEqual([500 / 60, null]);
});
