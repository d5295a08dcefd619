import { describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { PtzHead, windowOf } from '../../../devices/simulators/camera/device/ptz-head.ts';

function head() {
  const clock = new ManualClock(0);
  let changes = 0;
  return { clock, head: new PtzHead(clock, () => changes++), changes: () => changes };
}

describe('the motors of a camera', () => {
  it('move at the speed they are told, stop when told and by themselves', () => {
    const { clock, head: motors } = head();
    motors.move({ pan: 1, tilt: -0.5, zoom: 0 }, 1000);
    clock.advance(500);
    expect(motors.position).toEqual({ pan: 0.3, tilt: -0.15, zoom: 0 });
    motors.stop();
    clock.advance(500);
    expect(motors.position.pan).toBe(0.3);
    motors.move({ pan: 1, tilt: 0, zoom: 1 }, 400);
    clock.advance(5000);
    expect(motors.isMoving).toBe(false);
    expect(motors.position.pan).toBeCloseTo(0.54);
    expect(motors.position.zoom).toBeCloseTo(0.24);
  });

  it('go no farther than they can', () => {
    const { clock, head: motors } = head();
    motors.move({ pan: -1, tilt: 1, zoom: -1 }, 60_000);
    clock.advance(60_000);
    expect(motors.position).toEqual({ pan: -1, tilt: 1, zoom: 0 });
  });

  it('glide to presets and home, and tell when they are there', () => {
    const { clock, head: motors, changes } = head();
    motors.goTo({ pan: 0.6, tilt: 0, zoom: 0.6 });
    clock.advance(1100);
    const { token } = motors.savePreset('门口')!;
    expect(motors.isAtHome).toBe(false);
    motors.goHome();
    clock.advance(500);
    expect(motors.isMoving).toBe(true);
    clock.advance(600);
    expect(motors.isAtHome).toBe(true);
    expect(changes()).toBe(4);
    motors.goTo(motors.preset(token)!.position);
    clock.advance(1100);
    expect(motors.position).toEqual({ pan: 0.6, tilt: 0, zoom: 0.6 });
    expect(motors.removePreset(token)).toBe(true);
    expect(motors.presets).toEqual([]);
  });
});

describe('what is seen', () => {
  it('is all of the picture at home, and never beyond its rim', () => {
    expect(windowOf({ pan: 0, tilt: 0, zoom: 0 })).toEqual({ left: 0, top: 0, size: 1 });
    for (const pan of [-1, 0.3, 1]) {
      for (const zoom of [0, 0.5, 1]) {
        const { left, top, size } = windowOf({ pan, tilt: -pan, zoom });
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(Math.max(left, top) + size).toBeLessThanOrEqual(1.000001);
      }
    }
  });
});
