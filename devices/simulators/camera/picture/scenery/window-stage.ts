import type { Stage } from '../crowd/stage.ts';
import { scatter } from '../random.ts';
import { SEAT_PITCH } from './furniture.ts';
import { chairRows } from './window-room.ts';

const LANE = 1.78;
const BACK_LANE = -1.95;
const OUTSIDE = 5.6;

/** Where people are and walk before one window. */
export function windowStage(seed: number): Stage {
  const random = scatter(seed * 3 + 1);
  const seats = chairRows.flatMap(({ left, seats: count, z }) =>
    Array.from({ length: count }, (_, seat) => {
      const x = left + (seat + 0.5) * SEAT_PITCH;
      return {
        spot: {
          x,
          z: z + 0.02,
          heading: Math.PI,
          pose: 'sit' as const,
          access: [
            { x, z: z - 0.62 },
            { x, z: LANE },
          ],
        },
        rank: random(),
      };
    }),
  );
  const standing = [-2.55, 2.5].map((x) => ({
    x,
    z: 0.75 + random() * 0.3,
    heading: x < 0 ? 1.1 : -1.1,
    pose: 'stand' as const,
    access: [{ x: x * 1.05, z: LANE }],
  }));
  return {
    waiting: [...seats.sort((a, b) => a.rank - b.rank).map(({ spot }) => spot), ...standing],
    windows: [
      {
        visitor: {
          x: -0.12,
          z: 0.72,
          heading: Math.PI,
          pose: 'counter',
          access: [
            { x: 0.42, z: 0.95 },
            { x: 0.55, z: LANE },
          ],
        },
        clerk: {
          x: 0,
          z: -1.2,
          heading: 0,
          pose: 'desk',
          access: [
            { x: -0.5, z: -1.3 },
            { x: -0.75, z: BACK_LANE },
          ],
        },
        clerkExit: [
          { x: -OUTSIDE, z: BACK_LANE },
          { x: -2, z: BACK_LANE },
        ],
      },
    ],
    exits: [
      [
        { x: -OUTSIDE, z: LANE },
        { x: -3, z: LANE },
      ],
      [
        { x: OUTSIDE, z: LANE },
        { x: 3, z: LANE },
      ],
    ],
    passers: { most: 2, everyMs: 24_000 },
  };
}
