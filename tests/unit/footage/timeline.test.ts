import { describe, expect, it } from 'vitest';
import type { CameraMark, GapCause } from '#contract/footage.ts';
import { coarsened, union, without } from '../../../server/features/footage/spans.ts';
import { endOfLasting, marksByCamera, timelineOf } from '../../../server/features/footage/timeline.ts';

const span = (from: number, until: number) => ({ from, until });
const gap = (from: number, until: number, cause: GapCause) => ({ from, until, cause, detail: null });
const ms = (instant: string) => Date.parse(instant);

describe('spans', () => {
  it('that touch or overlap are one', () => {
    expect(union([span(5, 7), span(0, 2), span(2, 4), span(6, 9)])).toEqual([span(0, 4), span(5, 9)]);
  });

  it('lose what is taken from them', () => {
    expect(without(span(0, 10), [span(-5, 1), span(3, 4), span(9, 20)])).toEqual([span(1, 3), span(4, 9)]);
    expect(without(span(0, 10), [span(0, 10)])).toEqual([]);
  });
});

describe('coarse pieces', () => {
  const piece = (from: number, until: number, nature: string) => ({ from, until, nature });
  const coarse = (pieces: ReturnType<typeof piece>[], least: number) =>
    coarsened(pieces, least, (a, b) => a.nature === b.nature).map(({ from, until, nature }) => [from, until, nature]);

  it('swallow what is too short, and join what it parted', () => {
    expect(coarse([piece(0, 100, 'a'), piece(100, 101, 'b'), piece(101, 200, 'a')], 10)).toEqual([[0, 200, 'a']]);
  });

  it('stay as they are where nothing is short, or nothing is to be joined', () => {
    const pieces = [piece(0, 100, 'a'), piece(100, 101, 'b'), piece(110, 200, 'a')];
    expect(coarse(pieces, 0)).toEqual(pieces.map(({ from, until, nature }) => [from, until, nature]));
  });

  it('take the nature of what fills most of them', () => {
    const flapping = Array.from({ length: 100 }, (_, i) => piece(2 * i, 2 * i + 2, i % 3 === 0 ? 'b' : 'a'));
    expect(coarse(flapping, 20)).toEqual([[0, 200, 'a']]);
  });

  it('cover what they were made of', () => {
    let at = 0;
    const pieces = Array.from({ length: 500 }, (_, i) => piece(at, (at += 1 + ((i * 7919) % 37)), i % 2 ? 'a' : 'b'));
    const made = coarse(pieces, 15);
    expect(made[0]![0]).toBe(0);
    expect(made.at(-1)![1]).toBe(at);
    made.slice(1).forEach(([from], i) => expect(from).toBe(made[i]![1]));
    expect(made.filter(([from, until]) => Number(until) - Number(from) < 15)).toEqual([]);
  });

  it('that stand alone stay, however short', () => {
    expect(coarse([piece(0, 1, 'a'), piece(50, 51, 'b')], 10)).toEqual([
      [0, 1, 'a'],
      [50, 51, 'b'],
    ]);
  });
});

describe('a timeline', () => {
  const rows = { role: 'main' as const, footage: [], gaps: [], holds: [] };
  const shown = (given: Partial<Parameters<typeof timelineOf>[0]>, resolution = 0) => {
    const { footage, gaps } = timelineOf({ ...rows, ...given }, span(0, 1000), resolution);
    return {
      footage: footage.map(({ from, until, held }) => [ms(from), ms(until), held]),
      gaps: gaps.map(({ from, until, cause }) => [ms(from), ms(until), cause]),
    };
  };

  it('takes footage for true where another stream was off', () => {
    const told = shown({ footage: [span(100, 400)], gaps: [gap(0, 1000, 'not-planned'), gap(0, 100, 'camera-lost')] });
    expect(told).toEqual({
      footage: [[100, 400, false]],
      gaps: [
        [0, 100, 'not-planned'],
        [400, 1000, 'not-planned'],
      ],
    });
  });

  it('takes footage for true where the clock was set forward and back again', () => {
    const told = shown({
      footage: [span(0, 100), span(900, 1000), span(200, 300)],
      gaps: [gap(100, 900, 'clock-set')],
    });
    expect(told.footage).toEqual([
      [0, 100, false],
      [200, 300, false],
      [900, 1000, false],
    ]);
    expect(told.gaps.map(([from, until]) => [from, until])).toEqual([
      [100, 200],
      [300, 900],
    ]);
  });

  it.each(['removed', 'disk-failed'] as const)('takes gaps for true where files are not there: %s', (cause) => {
    const told = shown({ footage: [span(0, 1000)], gaps: [gap(200, 300, cause), gap(600, 700, 'schedule')] });
    expect(told.footage).toEqual([
      [0, 200, false],
      [300, 1000, false],
    ]);
    expect(told.gaps).toEqual([[200, 300, cause]]);
  });

  it('splits footage where it is held', () => {
    expect(shown({ footage: [span(0, 1000)], holds: [span(300, 500), span(400, 600)] }).footage).toEqual([
      [0, 300, false],
      [300, 600, true],
      [600, 1000, false],
    ]);
  });
});

describe('marks', () => {
  const mark = (cameraId: string, at: number, kind: CameraMark['kind']): CameraMark => {
    return { cameraId, kind, id: `${at}`, from: new Date(at).toISOString(), until: null, label: '', severity: null };
  };

  it('of one kind that are nearer than a pixel are one, but for what somebody wrote', () => {
    const marks = [0, 5, 9, 12, 30].flatMap((at) => [mark('a', at, 'camera-event'), mark('a', at, 'bookmark')]);
    const told = marksByCamera([...marks, mark('b', 3, 'camera-event')], 10);
    const times = (id: string, kind: string) => told.get(id)!.flatMap((m) => (m.kind === kind ? [ms(m.from)] : []));
    expect(times('a', 'camera-event')).toEqual([0, 12, 30]);
    expect(times('a', 'bookmark')).toEqual([0, 5, 9, 12, 30]);
    expect(times('b', 'camera-event')).toEqual([3]);
  });
});

describe('a gap that lasts', () => {
  it('goes to now, but not behind what is being written by then', () => {
    expect(endOfLasting(1000, [], 9000)).toBe(9000);
    expect(endOfLasting(1000, [{ from: 5000, until: 5400 }], 9000)).toBe(5000);
    expect(endOfLasting(6000, [{ from: 5000, until: 5400 }], 9000)).toBe(9000);
    expect(endOfLasting(9500, [], 9000)).toBe(9500); // the clock was set back
  });
});
