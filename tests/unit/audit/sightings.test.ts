import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { NewEntry } from '../../../server/features/audit/entry.ts';
import { Sightings } from '../../../server/features/audit/sightings.ts';

const START = Date.parse('2026-11-27T01:00:00Z');
const MINUTE = 60_000;
const live: NewEntry = { account: 'lin', session: 's', address: null, act: 'live.watched', subjectId: 'door' };
const footage: NewEntry = { ...live, act: 'footage.watched' };

let clock: ManualClock;
let told: NewEntry[];
let sightings: Sightings;
beforeEach(() => {
  clock = new ManualClock(START);
  told = [];
  sightings = new Sightings({ clock, note: (entry) => told.push(entry) });
  sightings.start();
});

const spans = () => told.map(({ began, at }) => [began! - START, at! - START]);

describe('live views', () => {
  it('are one span from the first stream to the last, over a change of stream or a short break', () => {
    const leaveSub = sightings.begin(live, 'sub');
    clock.advance(MINUTE);
    const leaveMain = sightings.begin(live, 'main');
    leaveSub();
    clock.advance(MINUTE);
    leaveMain();
    clock.advance(5000);
    const again = sightings.begin(live, 'sub');
    clock.advance(MINUTE);
    again();
    expect(told).toEqual([]);
    clock.advance(20_000);
    expect(spans()).toEqual([[0, 3 * MINUTE + 5000]]);
    expect(told[0]).toMatchObject({ act: 'live.watched', details: { streams: ['main', 'sub'] } });
  });

  it('are told apart by who looks, where he sits, at what and why', () => {
    for (const other of [{}, { account: 'wu' }, { session: 't' }, { subjectId: 'desk' }, { reason: 'complaint 17' }])
      sightings.begin({ ...live, ...other }, 'sub')();
    clock.advance(20_000);
    expect(told).toHaveLength(5);
  });

  it('that last are told in pieces without a gap', () => {
    const leave = sightings.begin(live, 'sub');
    clock.advance(40 * MINUTE);
    leave();
    clock.advance(20_000);
    const pieces = spans();
    expect(pieces[0]![0]).toBe(0);
    expect(pieces.at(-1)![1]).toBe(40 * MINUTE);
    for (const [i, [began, at]] of pieces.entries()) {
      expect(at! - began!).toBeLessThanOrEqual(15 * MINUTE);
      if (i > 0) expect(began).toBe(pieces[i - 1]![1]);
    }
    expect(told[0]!.details).toMatchObject({ goesOn: true });
  });

  it('that go on when the program stops are told then, once', () => {
    const leave = sightings.begin(live, 'sub');
    clock.advance(MINUTE);
    sightings.stop();
    expect(spans()).toEqual([[0, MINUTE]]);
    clock.advance(MINUTE);
    leave();
    expect(spans()).toEqual([
      [0, MINUTE],
      [MINUTE, 2 * MINUTE],
    ]);
  });
});

describe('footage', () => {
  const yesterday = START - 24 * 60 * MINUTE;
  const piece = (i: number) => ({ from: yesterday + i * 10_000, until: yesterday + (i + 1) * 10_000 });
  const shown = () => told.map(({ details }) => [details!['from'], details!['until']]);
  const iso = (at: number) => new Date(at).toISOString();

  it('that follows is one entry with the span that was seen', () => {
    for (const i of [0, 1, 2, 1, 4]) sightings.touch(footage, piece(i));
    clock.advance(20_000);
    expect(shown()).toEqual([[iso(yesterday), iso(yesterday + 50_000)]]);
  });

  it('that was sought elsewhere begins another', () => {
    sightings.touch(footage, piece(0));
    sightings.touch(footage, piece(1));
    sightings.touch(footage, piece(500));
    clock.advance(20_000);
    expect(shown()).toEqual([
      [iso(yesterday), iso(yesterday + 20_000)],
      [iso(piece(500).from), iso(piece(500).until)],
    ]);
  });
});
