import type { PoseKind } from '../people/pose.ts';

/** A point of the floor, metres. */
export interface Point {
  x: number;
  z: number;
}

/** A way on foot, point after point. */
export type Way = readonly Point[];

/** Somewhere to stay. `access` leads from before it to the lane that joins all places. */
export interface Spot extends Point {
  /** Which way one looks there: 0 is +z, growing towards +x. */
  heading: number;
  pose: Exclude<PoseKind, 'walk' | 'settle'>;
  access: Way;
}

/** Where people can be and walk in a room. */
export interface Stage {
  /** Places to wait, the favourite first. */
  waiting: readonly Spot[];
  windows: readonly {
    visitor: Spot;
    clerk: Spot;
    /** Leads from the lane behind the counter out of sight. */ clerkExit: Way;
  }[];
  /** From outside the picture to the lane. */
  exits: readonly Way[];
  /** How many people just pass by at most, and how often one comes, ms. */
  passers: { most: number; everyMs: number };
}

/** How far before a seat one stands before sitting down, metres. */
export const SEAT_FRONT = 0.4;

/** The point before a seat where one sits down; for standing, the spot itself. */
export function frontOf(spot: Spot): Point {
  if (spot.pose === 'stand') return spot;
  return { x: spot.x + Math.sin(spot.heading) * SEAT_FRONT, z: spot.z + Math.cos(spot.heading) * SEAT_FRONT };
}

/** The way along the lane from where `from` joins it to where `to` does, without walking any stretch to and fro. */
export function joinWays(from: Way, to: Way): Point[] {
  const way: Point[] = [];
  for (const point of [...from, ...to.toReversed()]) {
    way.push(point);
    while (way.length >= 3 && isBacktrack(way.at(-3)!, way.at(-2)!, way.at(-1)!)) way.splice(-2, 1);
  }
  return way;
}

function isBacktrack(a: Point, b: Point, c: Point): boolean {
  const near = 0.05;
  if (Math.hypot(b.x - c.x, b.z - c.z) < near) return true;
  return (
    (Math.abs(a.x - b.x) < near && Math.abs(b.x - c.x) < near) ||
    (Math.abs(a.z - b.z) < near && Math.abs(b.z - c.z) < near)
  );
}
