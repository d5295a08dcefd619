import type { Spot, Stage } from '../crowd/stage.ts';
import { scatter } from '../random.ts';
import { SEAT_PITCH } from './furniture.ts';
import { bayX, hallRows } from './hall-room.ts';

/** The aisle along the counter, the one behind it, and the aisles beside and between the chairs. */
const LANE = 2.25;
const BACK_LANE = -2.1;
const AISLES = [-5, 0, 5];
const ENTRANCE = 16.5;

/** Where people are and walk in a hall. */
export function hallStage(windows: number, seed: number): Stage {
  const random = scatter(seed * 5 + 2);
  const seats = hallRows.flatMap(({ z, blocks }) =>
    blocks.flatMap(({ left, seats: count }) =>
      Array.from({ length: count }, (_, seat) => {
        const x = left + (seat + 0.5) * SEAT_PITCH;
        const aisle = AISLES.reduce((best, candidate) =>
          Math.abs(candidate - x) < Math.abs(best - x) ? candidate : best,
        );
        const gap = z - 0.62;
        const access = [
          { x, z: gap },
          { x: aisle, z: gap },
          { x: aisle, z: LANE },
        ];
        // The front rows fill first, but not in order.
        return { spot: { x, z: z + 0.02, heading: Math.PI, pose: 'sit' as const, access }, rank: random() + z * 0.12 };
      }),
    ),
  );
  const standing = Array.from({ length: 10 }, (_, index): Spot => {
    const aisle = AISLES[index % AISLES.length]!;
    const z = 8.9 + random() * 2.2;
    const x = aisle + (random() - 0.5) * 2.4;
    return {
      x,
      z,
      heading: Math.PI + (random() - 0.5) * 1.5,
      pose: 'stand',
      access: [
        { x: aisle, z },
        { x: aisle, z: LANE },
      ],
    };
  });
  const side = (windows * 1.9) / 2 + 4;
  return {
    waiting: [...seats.sort((a, b) => a.rank - b.rank).map(({ spot }) => spot), ...standing],
    windows: Array.from({ length: windows }, (_, index) => {
      const x = bayX(index, windows);
      const exit = x < 0 ? -side : side;
      return {
        visitor: {
          x,
          z: 0.74,
          heading: Math.PI,
          pose: 'counter',
          access: [
            { x: x + 0.45, z: 1.0 },
            { x: x + 0.5, z: LANE },
          ],
        } satisfies Spot,
        clerk: {
          x,
          z: -1.22,
          heading: 0,
          pose: 'desk',
          access: [
            { x: x - 0.5, z: -1.35 },
            { x: x - 0.6, z: BACK_LANE },
          ],
        } satisfies Spot,
        clerkExit: [
          { x: exit, z: BACK_LANE },
          { x, z: BACK_LANE },
        ],
      };
    }),
    exits: [
      [
        { x: -5, z: ENTRANCE },
        { x: -5, z: LANE },
      ],
      [
        { x: 5, z: ENTRANCE },
        { x: 5, z: LANE },
      ],
      [
        { x: 0, z: ENTRANCE },
        { x: 0, z: LANE },
      ],
    ],
    passers: { most: 5, everyMs: 9000 },
  };
}
