import { describe, expect, test } from 'vitest';
import { dimmed, withSensorNoise } from '../../../devices/simulators/camera/picture/faults.ts';
import { changedWithin } from '../../../streams/diagnosis/judging/change.ts';
import { impressionOf } from '../../../streams/diagnosis/judging/impression.ts';
import { paint, room, size } from '../../helpers/picture.ts';

const seat = { x: 0.45, y: 0.4, width: 0.05, height: 0.12 };
const [left, top, wide, high] = [288, 144, 32, 44];
const chair = [60, 128, 128] as const;

/** A dark chair, and on it who wears clothes of this colour. */
function seatWith(clothes: readonly [number, number, number] | null, noiseSeed: number) {
  const picture = room(5);
  paint(picture, [left - 4, top - 4, wide + 8, high + 8], [...chair]);
  if (clothes) paint(picture, [left + 4, top + 6, wide - 8, high - 6], [...clothes]);
  return withSensorNoise(picture, size, 1.5, noiseSeed);
}
const changed = (picture: Uint8Array) =>
  changedWithin(impressionOf(picture), impressionOf(seatWith(null, 1)), [seat])[0];

describe('what of a seat is otherwise than in the view without anybody', () => {
  test('is nothing while nobody sits there, in whatever light', () => {
    expect(changed(seatWith(null, 2))).toBe(0);
    expect(changed(dimmed(seatWith(null, 3), size, 0.6))).toBe(0);
  });

  test.each([
    { clothes: 'light ones', colour: [150, 128, 128] as const },
    { clothes: 'a dark blue suit, as dark as the chair', colour: [63, 138, 124] as const },
    { clothes: 'a dark red one', colour: [58, 124, 139] as const },
  ])('is most of it where somebody sits in $clothes', ({ colour }) => {
    expect(changed(seatWith(colour, 4))).toBeGreaterThan(0.5);
  });
});
