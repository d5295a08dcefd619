import { describe, expect, it } from 'vitest';
import { PictureClock } from '../../../streams/recorder/picture-clock.ts';
import { unit } from '../streams/samples.ts';

const T0 = Date.parse('2026-03-09T02:00:00Z');
/** Taken at `T0 + pts`, by a camera whose clock is an hour ahead; its report took so long. */
const reported = (pts: number, reportTook: number) => ({
  ...unit(false, pts),
  wallclock: T0 + pts + 3600_000,
  clockOffsetMs: 3600_000 - reportTook,
  receivedAt: T0 + pts + 250,
});
const arrived = (pts: number, took: number) => ({ ...unit(false, pts), receivedAt: T0 + pts + took });

describe('time of a picture', () => {
  it('is the camera’s wall clock less its offset: the way through its encoder does not count', () => {
    expect(new PictureClock().at(reported(40, 1))).toBe(T0 + 41);
  });

  it('is not moved by a report that waited', () => {
    const clock = new PictureClock();
    clock.at(reported(0, 2));
    expect(clock.at(reported(5000, 400))).toBe(T0 + 5002);
  });

  it('is never after the picture arrived', () => {
    const clock = new PictureClock();
    clock.at(reported(0, 400));
    expect(clock.at(reported(40, 400))).toBe(T0 + 290);
  });

  it('follows the media clock between reports, and is the best arrival where there are none', () => {
    const clock = new PictureClock();
    clock.at(arrived(0, 60));
    clock.at(arrived(40, 20));
    expect(clock.at(arrived(80, 900))).toBe(T0 + 100);
  });

  it('goes over to reports when the camera begins to send them', () => {
    const clock = new PictureClock();
    clock.at(arrived(0, 300));
    expect(clock.at(reported(40, 2))).toBe(T0 + 42);
  });

  it('moves with our clock when that is set, and not with its unrest', () => {
    const clock = new PictureClock();
    expect(clock.step(T0, 1000)).toBe(0);
    clock.at(reported(0, 0));
    expect(clock.step(T0 + 1300, 2000)).toBe(0);
    expect(clock.step(T0 - 58_000, 2300)).toBe(-59_600);
    expect(clock.at(reported(40, 0))).toBe(T0 + 40 - 59_600);
  });

  it('believes a line of time that moved', () => {
    const clock = new PictureClock();
    clock.at(reported(0, 0));
    const moved = { wallclock: T0 + 12_000 + 3600_000, receivedAt: T0 + 12_250 };
    expect(clock.at({ ...reported(5000, 1), ...moved })).toBe(T0 + 12_001);
  });
});
