import { describe, expect, it } from 'vitest';
import { visitor } from '../../../devices/simulators/camera/picture/people/figure.ts';
import { SpriteStore } from '../../../devices/simulators/camera/picture/people/sprite-store.ts';

const view = { yaw: 0.4, pitch: 0.3, distance: 9, focal: 640 };

describe('pictures of people', () => {
  it('of one build share their outline and differ in colour', () => {
    const store = new SpriteStore();
    const one = visitor(1);
    const other = [7, 13, 19, 25].map(visitor).find(({ top }) => top.join() !== one.top.join())!;
    expect(other.build).toBe(one.build);
    const [a, b] = [one, other].map((figure) => store.find(figure, 'stand-0', view).sprite);
    expect(a!.coverage).toEqual(b!.coverage);
    expect(a!.spans).toBe(b!.spans);
    expect(a!.y).not.toEqual(b!.y);
  });

  it('are the same ones for nearly the same view, seen through another lens too', () => {
    const store = new SpriteStore();
    const { sprite } = store.find(visitor(2), 'walk-3', view);
    expect(store.find(visitor(2), 'walk-3', { ...view, yaw: 0.45, distance: 9.2 }).sprite).toBe(sprite);
    expect(store.find(visitor(2), 'walk-3', { ...view, distance: 6.3, focal: 450 }).sprite).toBe(sprite);
  });

  it('from the left are the mirror image of those from the right, on the other foot', () => {
    const store = new SpriteStore();
    const right = store.find(visitor(3), 'walk-1', view);
    const left = store.find(visitor(3), 'walk-5', { ...view, yaw: -view.yaw });
    expect([right.isFlipped, left.isFlipped]).toEqual([false, true]);
    expect(left.sprite).toBe(right.sprite);
  });
});
