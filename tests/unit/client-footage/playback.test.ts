import { describe, expect, it } from 'vitest';
import { depthFor, planBuffer, type Held } from '../../../client/features/footage/playback/buffer-plan.ts';
import { findAt, nextAfter, type Piece } from '../../../client/features/footage/playback/footage-at.ts';
import { FrameTimes } from '../../../client/features/footage/playback/frame-times.ts';
import { MasterClock, nextRate, shuttle } from '../../../client/features/footage/playback/master-clock.ts';
import { convertedType, hasG711, heardType, mutedType } from '../../../client/features/footage/playback/media-type.ts';
import { steer } from '../../../client/features/footage/playback/steering.ts';

const T = Date.parse('2026-03-09T12:00:00+08:00');

/** Ten seconds each, one behind the other from T. */
function pieces(count: number, change: (piece: Piece, i: number) => Partial<Piece> = () => ({})): Piece[] {
  return Array.from({ length: count }, (_, i) => {
    const piece: Piece = {
      ...{ cameraId: 'c1', role: 'main' as const, run: 'R', number: i, key: `R/${i}`, bytes: 3_000_000, frames: 250 },
      ...{ initBytes: 700, startTicks: i * 900_000, finished: true, from: T + i * 10_000, until: T + (i + 1) * 10_000 },
    };
    return { ...piece, ...change(piece, i) };
  });
}
const holding = (all: Piece[], depth: Held['depth'] = 'all', whole = true) =>
  new Map(all.map((piece) => [piece.key, { piece, depth, from: piece.from, whole }]));

describe('the master clock', () => {
  function clockAt(end = Infinity) {
    let now = 0;
    const clock = new MasterClock({ now: () => now, end: () => end, at: T });
    return { clock, pass: (ms: number) => (now += ms) };
  }

  it('stands, runs at its rate, backwards too, and goes on from where it is when the rate changes', () => {
    const { clock, pass } = clockAt();
    pass(1000);
    expect(clock.position()).toBe(T);
    clock.play();
    pass(1000);
    clock.setRate(4);
    pass(1000);
    expect(clock.position()).toBe(T + 5000);
    clock.setRate(-2);
    pass(1000);
    expect(clock.position()).toBe(T + 3000);
    clock.pause();
    pass(1000);
    expect(clock.position()).toBe(T + 3000);
  });

  it('waits for whoever holds it, until the last lets go', () => {
    const { clock, pass } = clockAt();
    clock.play();
    clock.hold('a', true);
    clock.hold('b', true);
    pass(1000);
    clock.hold('a', false);
    pass(1000);
    expect([clock.position(), clock.playing, clock.running]).toEqual([T, true, false]);
    clock.hold('b', false);
    pass(500);
    expect(clock.position()).toBe(T + 500);
  });

  it('never passes the end of time', () => {
    const { clock, pass } = clockAt(T + 1000);
    clock.setRate(16);
    clock.play();
    pass(1000);
    expect(clock.position()).toBe(T + 1000);
    clock.seek(T + 9999);
    expect(clock.position()).toBe(T + 1000);
  });

  it('shuttles by J and L: direction first, then faster', () => {
    expect(shuttle(1, false, 1)).toBe(1);
    expect(shuttle(1, true, 1)).toBe(2);
    expect(shuttle(16, true, 1)).toBe(16);
    expect(shuttle(8, true, -1)).toBe(-1);
    expect(shuttle(-1, true, -1)).toBe(-2);
    expect([nextRate(1, 1), nextRate(1, -1), nextRate(0.25, -1), nextRate(-4, 1)]).toEqual([2, 0.5, 0.25, -8]);
  });
});

describe('steering a video', () => {
  const video = { at: T, seeking: false, loaded: true, seekMs: 80 };
  const beat = { at: T, rate: 1, running: true };

  it('runs with the clock when it is close', () => {
    expect(steer(beat, { ...video, at: T - 5 })).toEqual({ do: 'run', rate: 1 });
  });

  it('is led back by its speed when it is a little off, to either side, by a tenth at most', () => {
    expect(steer(beat, { ...video, at: T - 50 })).toEqual({ do: 'run', rate: 1.05 });
    expect(steer(beat, { ...video, at: T + 50 })).toEqual({ do: 'run', rate: 0.95 });
    expect(steer(beat, { ...video, at: T - 299 })).toEqual({ do: 'run', rate: 1.1 });
  });

  it('jumps when it is far off, as far ahead as a jump takes', () => {
    expect(steer(beat, { ...video, at: T - 2000 })).toEqual({ do: 'seek', to: T + 80, run: true });
    expect(steer({ ...beat, rate: 4 }, { ...video, at: T - 2000 })).toEqual({ do: 'seek', to: T + 320, run: true });
  });

  it('shows exactly the moment of a clock that stands', () => {
    expect(steer({ ...beat, running: false }, { ...video, at: T - 20 })).toEqual({ do: 'seek', to: T, run: false });
    expect(steer({ ...beat, running: false }, video)).toEqual({ do: 'stand' });
  });

  it('goes backwards picture by picture, never faster than it can', () => {
    expect(steer({ ...beat, rate: -2 }, { ...video, at: T + 40 })).toEqual({ do: 'seek', to: T, run: false });
    expect(steer({ ...beat, rate: -2 }, { ...video, at: T + 40, seeking: true })).toEqual({ do: 'stand' });
  });

  it('stands where there is nothing to show', () => {
    expect(steer(beat, { ...video, loaded: false })).toEqual({ do: 'stand' });
  });

  it('brings nine videos that start apart within 100 ms in two seconds', () => {
    const videos = Array.from({ length: 9 }, (_, i) => T - i * 35);
    for (let ms = 0; ms < 2000; ms += 20) {
      videos.forEach((at, i) => {
        const step = steer({ at: T + ms, rate: 1, running: true }, { ...video, at });
        videos[i] = step.do === 'seek' ? step.to : at + 20 * (step.do === 'run' ? step.rate : 0);
      });
    }
    expect(Math.max(...videos) - Math.min(...videos)).toBeLessThan(100);
  });
});

describe('what there is at a moment', () => {
  it('is the piece that holds it, or the hole with its ends', () => {
    const all = [...pieces(2), ...pieces(1, () => ({ key: 'S/0', run: 'S', from: T + 60_000, until: T + 70_000 }))];
    expect(findAt(all, T + 12_000)).toMatchObject({ is: 'footage', piece: { key: 'R/1' } });
    expect(findAt(all, T + 30_000)).toEqual({ is: 'hole', from: T + 20_000, until: T + 60_000 });
    expect(findAt(all, T - 1)).toEqual({ is: 'hole', from: null, until: T });
    expect(findAt(all, T + 80_000)).toEqual({ is: 'hole', from: T + 70_000, until: null });
    expect(nextAfter(all, T + 30_000)?.key).toBe('S/0');
  });

  it('is no hole for the blink between two files, nor beyond what is being written', () => {
    const blink = pieces(2, (piece, i) => (i === 1 ? { from: piece.from + 300 } : {}));
    expect(findAt(blink, T + 10_100)).toMatchObject({ is: 'footage', piece: { key: 'R/0' } });
    const growing = pieces(2, (_, i) => (i === 1 ? { finished: false, until: T + 12_000 } : {}));
    expect(findAt(growing, T + 15_000)).toMatchObject({ is: 'footage', piece: { key: 'R/1' } });
  });
});

describe('the buffer', () => {
  const all = pieces(20);
  const aim = { at: T + 55_000, rate: 1, depth: 'all' as const };

  it('loads what is under the clock first, then 20 s ahead, then nothing', () => {
    expect(planBuffer(all, new Map(), aim).load?.key).toBe('R/5');
    expect(planBuffer(all, holding([all[5]!]), aim).load?.key).toBe('R/6');
    expect(planBuffer(all, holding(all.slice(5, 8)), aim).load).toBeNull();
  });

  it('lets go of what lies behind, and keeps enough for a step back', () => {
    expect(planBuffer(all, holding(all.slice(0, 8)), aim).drop).toEqual(['R/0', 'R/1', 'R/2', 'R/3']);
  });

  it('loads the other way when time runs backwards', () => {
    expect(planBuffer(all, holding([all[5]!]), { ...aim, rate: -1 }).load?.key).toBe('R/4');
  });

  it('is bounded in bytes whatever the bit rate', () => {
    const heavy = pieces(20, () => ({ bytes: 40 * 2 ** 20 }));
    expect(planBuffer(heavy, holding([heavy[5]!]), aim).load).toBeNull();
  });

  it('goes on with a file that grows, and fills up what it has of key pictures only', () => {
    expect(planBuffer(all, holding([all[5]!], 'all', false), aim).load?.key).toBe('R/5');
    expect(planBuffer(all, holding([all[5]!], 'keys'), aim).load?.key).toBe('R/5');
    expect(planBuffer(all, holding([all[5]!], 'keys'), { ...aim, rate: 8, depth: 'keys' }).load?.key).toBe('R/6');
  });

  it('fills up what begins where it was wanted when something before that is', () => {
    const held = new Map([['R/5', { piece: all[5]!, depth: 'all' as const, from: T + 54_000, whole: true }]]);
    expect(planBuffer(all, held, aim).load?.key).toBe('R/6');
    expect(planBuffer(all, held, { ...aim, at: T + 53_900 }).load?.key).toBe('R/5');
  });

  it('takes key pictures alone from where a line or a decoder would not follow', () => {
    expect([depthFor(4, 1), depthFor(8, 1), depthFor(-16, 1)]).toEqual(['all', 'keys', 'keys']);
    expect([depthFor(1, 9), depthFor(2, 9), depthFor(2, 8)]).toEqual(['all', 'keys', 'all']);
  });
});

describe('frames', () => {
  it('are stepped by their own times, over the joint of two files', () => {
    const frames = new FrameTimes();
    frames.add('a', [T, T + 40, T + 80]);
    frames.add('b', [T + 123, T + 163]);
    expect(frames.shown(T + 79)).toBe(T + 40);
    expect(frames.next(T + 81, 1)).toBe(T + 123);
    expect(frames.next(T + 124, -1)).toBe(T + 80);
    expect(frames.next(T + 164, 1)).toBeNull();
    frames.forget('b');
    expect(frames.next(T + 81, 1)).toBeNull();
  });
});

describe('the type of a run', () => {
  it('loses its sound and keeps its picture', () => {
    expect(mutedType('video/mp4; codecs="avc1.4d401f,mp4a.40.2"')).toBe('video/mp4; codecs="avc1.4d401f"');
    expect(mutedType('video/mp4; codecs="hvc1.1.6.L93.B0"')).toBe('video/mp4; codecs="hvc1.1.6.L93.B0"');
    expect(mutedType('video/mp4; codecs="avc1.4d401f,alaw"')).toBe('video/mp4; codecs="avc1.4d401f"');
    expect(heardType('video/mp4; codecs="avc1.4d401f,alaw"')).toBe('video/mp4; codecs="avc1.4d401f,flac"');
    expect([hasG711('video/mp4; codecs="avc1.4d401f,ulaw"'), hasG711('video/mp4; codecs="avc1.4d401f"')]).toEqual([
      ...[true, false],
    ]);
  });

  it('of H.265 keeps its sound where the server makes H.264 of it', () => {
    expect(convertedType('video/mp4; codecs="hvc1.1.6.L93.B0,mp4a.40.2"')).toBe(
      'video/mp4; codecs="avc1.42c028,mp4a.40.2"',
    );
    expect(convertedType('video/mp4; codecs="hvc1.1.6.L93.B0,alaw"')).toBe('video/mp4; codecs="avc1.42c028,flac"');
  });
});
