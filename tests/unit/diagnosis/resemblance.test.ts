import { describe, expect, test } from 'vitest';
import { dimmed, withFault, withSensorNoise } from '../../../devices/simulators/camera/picture/faults.ts';
import { watchGrain } from '../../../streams/diagnosis/judging/grain.ts';
import { impressionOf } from '../../../streams/diagnosis/judging/impression.ts';
import { liken } from '../../../streams/diagnosis/judging/resemblance.ts';
import type { Picture } from '../../../streams/diagnosis/picture.ts';
import { room, size } from '../../helpers/picture.ts';

const NIGHT = 0.16;
/** Means of 16 pixels have a quarter of their noise. */
const grainOf = (noise: number) => noise / 4;

/** A room with its lights off, after something was done to it, as a noisy sensor sees it. */
function night(noise: number, noiseSeed: number, change = (picture: Picture): Picture => picture) {
  return impressionOf(withSensorNoise(dimmed(change(room(3)), size, NIGHT), size, noise, noiseSeed));
}

describe('the grain of a picture', () => {
  test('is the noise between two looks, and people add little to it', () => {
    const looks = [1, 2].map((person) => impressionOf(room(3, { person, noise: 4, noiseSeed: person })));
    const first = watchGrain(null, looks[0]!);
    expect(first.grain).toBe(Infinity);
    const { grain } = watchGrain(first.memory, looks[1]!);
    expect(grain).toBeGreaterThan(0.8);
    expect(grain).toBeLessThan(1.5);
  });

  test('does not rise with a view that changes from one look to the next', () => {
    const [a, b, elsewhere] = [night(4, 1), night(4, 2), impressionOf(room(8, { noise: 4 }))];
    const known = watchGrain(watchGrain(null, a).memory, b);
    expect(watchGrain(known.memory, elsewhere).grain).toBe(known.grain);
  });
});

describe('the same view', () => {
  test('is the same under noise and in another light', () => {
    expect(liken(night(3, 2), night(3, 1), grainOf(3))!.same).toBeGreaterThan(0.9);
    const dim = impressionOf(dimmed(room(3, { noise: 1 }), size, 0.5));
    expect(liken(dim, impressionOf(room(3)), grainOf(1))!.same).toBeGreaterThan(0.8);
  });

  test('is bare behind a cloth at night, as far as the cloth reaches', () => {
    const behind = (strength: number) =>
      liken(
        night(3, 2, (picture) => withFault(picture, size, 'covered', strength, 5)),
        night(3, 1),
        grainOf(3),
      )!;
    expect(behind(1).bare).toBeGreaterThan(0.9);
    expect(behind(0).bare).toBeGreaterThan(0.55);
    expect(behind(0).bare + behind(0).same).toBeGreaterThan(0.85);
  });

  test('is another one, and not bare, from a camera that was turned away', () => {
    const turned = night(3, 2, (picture) => withFault(picture, size, 'moved', 0.5, 5));
    const { other, bare } = liken(turned, night(3, 1), grainOf(3))!;
    expect(other).toBeGreaterThan(0.55);
    expect(bare).toBeLessThan(0.35);
  });

  test('cannot be told where noise hides it', () => {
    expect(liken(night(60, 2), night(60, 1), grainOf(60))).toBeNull();
  });
});
