import type { SimulatedHall } from '../../../devices/simulators/city.ts';

/** One of nine halls of a city: 186 windows in all, as a reference city has them, at about two thirds of what they can take. */
export function benchHall(index: number): SimulatedHall {
  const windows = index < 6 ? 21 : 20;
  const queues = ['soc', 'tax', 'reg'] as const;
  return {
    ...{ id: `city-${index}`, region: 'city', seed: index + 1 },
    queues: queues.map((id, i) => ({ id, prefix: 'ABC'[i]!, arrivalsPerHour: 45, meanServiceMin: 6 })),
    windows: Array.from({ length: windows }, (_, i) => ({
      ...{ id: `w${String(i + 1).padStart(2, '0')}`, label: String(i + 1), queueIds: [queues[i % 3]!] },
      ...{ staff: `u-${i}`, extras: [] },
    })),
    kiosks: ['k1', 'k2'],
  };
}
