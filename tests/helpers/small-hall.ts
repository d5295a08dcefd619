import type { SimulatedHall } from '../../devices/simulators/city.ts';

/** Six windows, two queues: small enough that every kind of alert has its chance in a few days. */
export const smallHall: SimulatedHall = {
  id: 'twin',
  region: 'twin',
  seed: 1,
  queues: [
    { id: 'soc', prefix: 'A', arrivalsPerHour: 30, meanServiceMin: 6 },
    { id: 'tax', prefix: 'B', arrivalsPerHour: 14, meanServiceMin: 5 },
  ],
  windows: ['soc', 'soc', 'soc', 'soc', 'tax', 'tax'].map((queue, i) => ({
    ...{ id: `w0${i + 1}`, label: `0${i + 1}`, queueIds: [queue], staff: `u-${i}`, extras: [] },
  })),
  kiosks: ['k1'],
};
