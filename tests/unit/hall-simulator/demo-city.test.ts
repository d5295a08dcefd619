import { describe, expect, it } from 'vitest';
import { terminalsOf } from '../../../devices/simulators/city.ts';
import { demoCity } from '../../../server/demo/city.ts';
import { nineHalls } from '../../../server/demo/halls.ts';
import { Hall } from '../../../server/contract/places.ts';
import { SimulatedCity } from '../../../devices/simulators/city.ts';

const city = demoCity(nineHalls, { username: 'admin', password: 'camera' });

describe('the demo as a whole city', () => {
  it('is as large as a city: halls, windows, cameras, terminals', () => {
    expect(city.halls).toHaveLength(9);
    expect(city.halls.flatMap(({ windows }) => windows)).toHaveLength(186);
    expect(city.cameras).toHaveLength(99);
    expect(city.simulated.halls.flatMap(terminalsOf)).toHaveLength(529);
  });

  it('can be entered and simulated, every name once', () => {
    for (const hall of city.halls) expect(Hall.safeParse(hall).error).toBeUndefined();
    expect(SimulatedCity.safeParse(city.simulated).error).toBeUndefined();
    const ids = city.cameras.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives every queue windows that serve it in time', () => {
    for (const { id, queues, windows } of city.simulated.halls) {
      for (const queue of queues) {
        const serving = windows.filter(({ queueIds }) => queueIds.includes(queue.id)).length;
        const load = (queue.arrivalsPerHour * queue.meanServiceMin) / 60;
        expect(load, `${id} ${queue.id}`).toBeLessThan(serving);
      }
    }
  });

  it('paints a few scenes for many cameras, each of them a camera of the same hall', () => {
    const { cameras } = city.simulated;
    const painted = new Set(cameras.map(({ id, sameAs }) => sameAs ?? id));
    expect(painted.size).toBeLessThanOrEqual(24);
    for (const { hallId, sameAs } of cameras) {
      if (sameAs !== null) expect(cameras.find(({ id }) => id === sameAs)?.hallId).toBe(hallId);
    }
  });
});
