import { rgb } from '../render/colour.ts';
import type { Room } from '../render/room.ts';
import { scatter } from '../random.ts';
import { cabinets, chair, monitor, plant, SEAT_PITCH, waitingChairs } from './furniture.ts';
import type { TextMask } from './lettering.ts';
import { band, ceilingTiles, layers, lettered, panels, tiles, wood } from './patterns.ts';
import { GLASS_Z, palette, SetBuilder, type Face } from './set.ts';

/** Width of one window along the counter. */
export const BAY = 1.9;
const HEIGHT = 4.3;
const FRONT = 15;
/** Rows of waiting chairs, and where the aisle through their middle runs. */
export const hallRows = [3.6, 4.95, 6.3, 7.65].map((z) => ({
  z,
  blocks: [-1, 1].map((side) => ({ left: side < 0 ? -0.9 - 6 * SEAT_PITCH : 0.9, seats: 6 })),
}));

/** The text that stands in the hall. */
export const hallRoomLine = { text: '政务服务大厅', size: 110 };

/** Middle of a window's bay. */
export const bayX = (index: number, count: number): number => (index - (count - 1) / 2) * BAY;

export function hallDisplay(index: number, count: number): Face {
  const x = bayX(index, count);
  return { left: x - 0.5, right: x + 0.5, bottom: 2.12, top: 2.36, z: 0.16 };
}

/** The lit sign with a window's number: its face. */
export function hallSign(index: number, count: number): Face {
  const x = bayX(index, count);
  return { left: x - 0.4, right: x + 0.4, bottom: 2.49, top: 2.95, z: 0.14 };
}

/** A whole service hall from a high corner: the long counter, chairs, the way to the entrance. */
export function hallRoom(title: TextMask, count: number, seed: number): Room {
  const random = scatter(seed);
  const set = new SetBuilder();
  const half = Math.max(7.5, (count * BAY) / 2 + 1.2);
  const floor = set.floor(palette.floor, tiles(0.8), 0.1);
  const wall = set.patterned(palette.wall, panels(1.6, 9));
  const ceiling = set.patterned(palette.ceiling, ceilingTiles(0.6));
  set.shell({ left: -half - 1.5, right: half + 1.5, back: -3.2, front: FRONT, height: HEIGHT }, floor, wall, ceiling);
  cabinets(set, -half + 0.5, half - 0.5, -3.17, seed);

  counterRow(set, title, count, half);
  for (let bay = 0; bay < count; bay++) {
    const x = bayX(bay, count);
    monitor(set, x - 0.52, 0.735, -0.74, 0.3);
    chair(set, x, -1.25, 1, rgb('#34373c'), true);
    chair(set, x, 0.75, -1, rgb('#5a6a78'), false);
    const paper = set.plain(palette.paper);
    set.mesh.box(paper, [x + 0.2, 0.785, -0.18], [x + 0.4, 0.792, 0.08], random() - 0.5);
  }
  for (const { z, blocks } of hallRows)
    for (const { left, seats } of blocks) waitingChairs(set, left, z, seats, -1, palette.steel);
  const line = set.plain(palette.yellow);
  set.mesh.quad(
    line,
    [-half + 1, 0.002, 1.62],
    [half - 1, 0.002, 1.62],
    [half - 1, 0.002, 1.55],
    [-half + 1, 0.002, 1.55],
  );
  const eyeSide = random() < 0.5 ? -1 : 1;
  kiosks(set, -eyeSide * (half + 0.8));
  for (const side of [-1, 1]) {
    const x = side * (half + 0.2);
    set.box(set.patterned(palette.stone, panels(5, 1.1)), [x - 0.3, 0, 2.3], [x + 0.3, HEIGHT, 2.9]);
    set.contacts.push({ x, z: 2.6, radius: 0.5 });
    plant(set, x, 0, 3.3, 1.25, seed + side);
    plant(set, side * (half - 0.4), 0, 0.6, 1.4, seed + 5 + side);
  }
  for (let x = -half + 1.2; x < half; x += 2.4) {
    for (const z of [-1.7, 1.5, 4.5, 7.5, 10.5, 13.2]) set.lamp([x, HEIGHT, z], 0.6, 0.3, 7.6);
  }
  return {
    mesh: set.mesh.build(),
    lights: set.lights(),
    panes: [{ from: [-half, 1.02, GLASS_Z], to: [half, 1.6, GLASS_Z] }],
    place: { eye: [eyeSide * 3.4, 3.95, 12.4], target: [eyeSide * 0.5, 1.1, 2.4], fieldOfView: 70 },
  };
}

/** The counter with its beam, numbers and displays. */
function counterRow(set: SetBuilder, title: TextMask, count: number, half: number): void {
  const face = set.patterned(
    palette.blue,
    layers(panels(BAY * 2, 9), band(2.42, 2.47, palette.steel), lettered(title, [0, 3.4], 0.56, palette.white)),
  );
  set.box(face, [-half - 1.5, 2.42, -0.6], [half + 1.5, HEIGHT, 0.1]);
  const front = set.patterned(
    palette.stone,
    layers(panels(BAY / 2, 5), band(0.52, 0.62, palette.blue), band(0, 0.08, palette.dark)),
  );
  set.box(front, [-half, 0, -0.62], [half, 0.74, 0]);
  set.box(set.plain(palette.stone), [-half, 0.74, -0.42], [half, 0.785, 0.14]);
  set.box(set.plain(palette.wood), [-half, 0.7, -1.0], [half, 0.735, -0.42]);
  const rail = set.plain(palette.steel);
  set.mesh.box(rail, [-half, 1.6, -0.315], [half, 1.62, -0.285]);
  const veneer = set.patterned(palette.wood, wood('y', 0.3));
  for (let edge = 0; edge <= count; edge++) {
    const x = bayX(edge, count) - BAY / 2;
    set.box(veneer, [x - 0.03, 0.5, -1.1], [x + 0.03, 1.62, 0.1]);
    set.mesh.box(rail, [x - 0.02, 1.6, -0.34], [x + 0.02, 2.45, -0.3]);
  }
  for (const side of [-1, 1]) set.box(veneer, [side * half - 0.35, 0, -1.1], [side * half + 0.35, 2.45, 0.08]);
  for (let bay = 0; bay < count; bay++) {
    set.signBox(hallSign(bay, count));
    const place = hallDisplay(bay, count);
    set.mesh.box(set.plain(palette.black), [place.left, place.bottom, 0.04], [place.right, place.top, place.z - 0.002]);
  }
}

/** Two machines that give out tickets, by a side wall. */
function kiosks(set: SetBuilder, x: number): void {
  const body = set.plain(rgb('#8d9aa8'));
  const screen = set.mesh.surface({ colour: rgb('#5f8fc0'), glow: 0.6 });
  const face = x - Math.sign(x) * 0.21;
  for (const z of [4.6, 5.6]) {
    set.box(body, [x - 0.2, 0, z - 0.26], [x + 0.2, 1.4, z + 0.26]);
    set.mesh.quad(screen, [face, 0.98, z - 0.2], [face, 0.98, z + 0.2], [face, 1.3, z + 0.2], [face, 1.3, z - 0.2]);
    set.contacts.push({ x, z, radius: 0.4 });
  }
}
