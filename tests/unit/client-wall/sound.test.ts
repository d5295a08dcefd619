import { describe, expect, it } from 'vitest';
import { LIVE_FLAG_SOUND, LIVE_HEADER_BYTES } from '#contract/live.ts';
import { isSound } from '../../../client/player/access-unit.ts';
import { decodeG711 } from '../../../client/player/sound/g711.ts';
import { soundRole } from '../../../client/player/sound/sound-role.ts';
import { SoundSchedule } from '../../../client/player/sound/sound-schedule.ts';

const samples = (law: 'ulaw' | 'alaw', ...bytes: number[]) =>
  [...decodeG711(law, Uint8Array.from(bytes))].map((sample) => Math.round(sample * 32_768) + 0);

describe('G.711', () => {
  it('gives the values of the µ-law table', () => {
    expect(samples('ulaw', 0x00, 0x80, 0x7f, 0xff, 0x0f, 0x8f, 0xf0, 0xef)).toEqual([
      -32_124, 32_124, 0, 0, -16_764, 16_764, 120, 132,
    ]);
  });

  it('gives the values of the A-law table', () => {
    expect(samples('alaw', 0xd5, 0x55, 0xaa, 0x2a, 0x80, 0x00, 0xd4)).toEqual([
      8, -8, 32_256, -32_256, 5504, -5504, 24,
    ]);
  });
});

describe('the schedule of sound', () => {
  const piece = 0.02;

  it('starts a fifth of a second ahead and then leaves no holes', () => {
    const schedule = new SoundSchedule();
    expect(schedule.place(10, piece)).toBeCloseTo(10.2);
    expect(schedule.place(10.035, piece)).toBeCloseTo(10.22);
    expect(schedule.place(10.04, piece)).toBeCloseTo(10.24);
  });

  it('fills anew after it ran dry', () => {
    const schedule = new SoundSchedule();
    schedule.place(10, piece);
    expect(schedule.place(11, piece)).toBeCloseTo(11.2);
  });

  it('never lets sound fall further behind than three tenths of a second', () => {
    const schedule = new SoundSchedule();
    const burst = Array.from({ length: 50 }, () => schedule.place(10, piece));
    const placed = burst.filter((at) => at !== null);
    expect(Math.max(...placed)).toBeLessThanOrEqual(10.3 + piece);
    expect(burst.at(-1)).toBeNull();
    // What is ahead is played off, and then it goes on without a hole.
    expect(schedule.place(10.05, piece)).toBeNull();
    const next = schedule.place(10.13, piece)!;
    expect(next).toBeCloseTo(Math.max(...placed) + piece);
  });
});

describe('sound among the messages', () => {
  it('is told from pictures by its flag', () => {
    const message = (flags: number) => {
      const bytes = new Uint8Array(LIVE_HEADER_BYTES + 1);
      bytes[0] = flags;
      return bytes.buffer;
    };
    expect(isSound(message(LIVE_FLAG_SOUND))).toBe(true);
    expect(isSound(message(1))).toBe(false);
    expect(isSound(new ArrayBuffer(LIVE_HEADER_BYTES))).toBe(false);
  });

  it('is of the stream that is seen, unless only the other has any', () => {
    const profiles = (sub: 'aac' | null, main: 'aac' | null) =>
      [
        { role: 'main', audio: main },
        { role: 'sub', audio: sub },
      ] as const;
    expect(soundRole(profiles('aac', 'aac'), 'sub')).toBe('sub');
    expect(soundRole(profiles('aac', 'aac'), 'main')).toBe('main');
    expect(soundRole(profiles(null, 'aac'), 'sub')).toBe('main');
    expect(soundRole(profiles('aac', null), 'main')).toBe('sub');
    expect(soundRole(profiles(null, null), 'sub')).toBe('sub');
    expect(soundRole([], 'main')).toBe('main');
  });
});
