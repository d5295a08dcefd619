import { brighten, rgb } from '../render/colour.ts';
import type { Room } from '../render/room.ts';
import { scatter } from '../random.ts';
import { cabinets, chair, monitor, plant, waitingChairs } from './furniture.ts';
import type { TextMask } from './lettering.ts';
import { band, ceilingTiles, layers, lettered, notice, panels, tiles, wood } from './patterns.ts';
import { GLASS_Z, palette, SetBuilder } from './set.ts';

/** Half the width of a window's opening, and of the wooden pillar between two. */
export const OPENING = 1.3;
const PILLAR = 0.8;
const HEIGHT = 3.2;
const PITCH = 2 * OPENING + PILLAR;

/** Where the display with the called number hangs: its face, metres. */
export const display = { left: -0.62, right: 0.62, bottom: 2.0, top: 2.24, z: 0.14 };
/** Waiting chairs in the foreground: the first seat of each row, how many, and where the row stands. */
export const chairRows = [
  { left: -2.75, seats: 4, z: 2.8 },
  { left: 0.75, seats: 4, z: 2.8 },
];

/** The lit sign with the window's number: its face. The number itself is put on afterwards. */
export const sign = { left: -0.42, right: 0.42, bottom: 2.31, top: 2.69, z: 0.14 };
/** Rooms that differ in the camera's place and in what stands where. */
export const WINDOW_ROOMS = 6;

export interface WindowRoomTexts {
  slogan: TextMask;
  motto: TextMask;
  service: TextMask;
  serviceEnglish: TextMask;
}

/** The texts that stand in the room, in the order of `WindowRoomTexts`. */
export const windowRoomLines = [
  { text: '为人民服务', size: 96 },
  { text: '廉洁 高效 便民', size: 96 },
  { text: '综合服务窗口', size: 72 },
  { text: 'GENERAL SERVICES', size: 72 },
];

/** One window of a service hall as the camera under the ceiling before it sees it. */
export function windowRoom(texts: WindowRoomTexts, number: number): Room {
  const seed = number + 1;
  const random = scatter(seed);
  const set = new SetBuilder();
  const floor = set.floor(palette.floor, tiles(0.8), 0.1);
  const backWall = set.patterned(
    palette.wall,
    layers(
      panels(1.2, 5),
      band(1.5, 1.52, palette.steel),
      lettered(texts.slogan, [-PITCH - 0.1, 1.82], 0.25, palette.red),
      lettered(texts.motto, [PITCH + 0.1, 1.82], 0.25, palette.red),
    ),
  );
  const ceiling = set.patterned(palette.ceiling, ceilingTiles(0.6));
  set.shell({ left: -8, right: 8, back: -3, front: 9.5, height: HEIGHT }, floor, set.plain(palette.wall), ceiling);
  set.mesh.quad(backWall, [-8, 0, -2.98], [8, 0, -2.98], [8, HEIGHT, -2.98], [-8, HEIGHT, -2.98]);

  fascia(set, texts);
  for (const bay of [-1, 0, 1]) counter(set, bay * PITCH, seed * 7 + bay);
  for (const side of [-1.5, -0.5, 0.5, 1.5]) pillar(set, side * PITCH, seed + side);
  const eyeX = -1.7 + (3.4 * ((number * 5) % WINDOW_ROOMS)) / (WINDOW_ROOMS - 1);
  // On the side where it does not hide the clerk.
  desk(set, random, eyeX > 0 ? -1 : 1);
  cabinets(set, -5.5, 5.5, -2.97, seed);
  chair(set, 0, -1.22, 1, rgb('#34373c'), true);
  chair(set, -0.12, 0.74, -1, rgb('#5a6a78'), false);
  for (const row of chairRows) waitingChairs(set, row.left, row.z, row.seats, -1, palette.steel);

  // "Please wait behind the line".
  const line = set.plain(palette.yellow);
  set.mesh.quad(line, [-1.3, 0.002, 1.52], [1.3, 0.002, 1.52], [1.3, 0.002, 1.44], [-1.3, 0.002, 1.44]);
  const plantSide = random() < 0.5 ? -1 : 1;
  plant(set, plantSide * 1.72, 0, 0.36, 1.05 + random() * 0.25, seed);
  set.post(set.plain(palette.steel), [-plantSide * 1.62, 0, 0.3], 0.62, 0.14, 0.15, 16);

  for (const x of [-4.2, -1.4, 1.4, 4.2]) {
    for (const z of [1.6, 4.6, 7.4]) set.lamp([x, HEIGHT, z], 0.6, 0.3, 5.2);
    set.lamp([x, HEIGHT, -1.6], 0.6, 0.3, 4);
  }
  const panes = [-1, 0, 1].map((bay) => ({
    from: [bay * PITCH - OPENING, 1.02, GLASS_Z] as const,
    to: [bay * PITCH + OPENING, 1.72, GLASS_Z] as const,
  }));
  return {
    mesh: set.mesh.build(),
    lights: set.lights(),
    panes,
    place: { eye: [eyeX, 2.98, 7.2], target: [eyeX * 0.12, 1.04, 0.4], fieldOfView: 51 },
  };
}

/** The beam over the counter, with the window's number and the display under it. */
function fascia(set: SetBuilder, texts: WindowRoomTexts): void {
  const face = set.patterned(
    palette.blue,
    layers(
      panels(PITCH / 2, 9),
      band(2.3, 2.34, palette.steel),
      lettered(texts.service, [-1.75, 2.52], 0.19, palette.white),
      lettered(texts.serviceEnglish, [1.75, 2.52], 0.13, palette.white),
    ),
  );
  set.box(face, [-8, 2.3, -0.5], [8, HEIGHT, 0.1]);
  set.signBox(sign);
  set.box(
    set.plain(palette.black),
    [display.left, display.bottom, 0.02],
    [display.right, display.top, display.z - 0.002],
  );
  for (const x of [-0.4, 0.4])
    set.mesh.box(set.plain(palette.steel), [x - 0.015, display.top, 0.07], [x + 0.015, 2.32, 0.09]);
}

function counter(set: SetBuilder, x: number, seed: number): void {
  const front = set.patterned(
    palette.stone,
    layers(
      panels(OPENING, 5),
      band(0.08, 0.1, palette.stoneDark),
      band(0.52, 0.6, palette.blue),
      band(0, 0.08, palette.dark),
    ),
  );
  const [left, right] = [x - OPENING, x + OPENING];
  set.box(front, [left, 0, -0.62], [right, 0.74, 0]);
  set.box(set.plain(palette.stone), [left, 0.74, -0.42], [right, 0.785, 0.14]);
  set.box(set.plain(palette.wood), [left, 0.7, -1.0], [right, 0.735, -0.42]);
  // The glass stands in rails.
  const rail = set.plain(palette.steel);
  set.mesh.box(rail, [left, 1.0, -0.315], [right, 1.022, -0.285]);
  set.mesh.box(rail, [left, 1.72, -0.315], [right, 1.745, -0.285]);
  for (const dx of [-OPENING + 0.02, -OPENING * 0.62, OPENING * 0.62, OPENING - 0.02]) {
    set.mesh.box(rail, [x + dx - 0.014, 0.785, -0.312], [x + dx + 0.014, 1.745, -0.288]);
  }
  if (x !== 0) monitor(set, x + (seed % 2 === 0 ? 0.45 : -0.5), 0.735, -0.72, 0.3);
}

function pillar(set: SetBuilder, x: number, seed: number): void {
  const veneer = set.patterned(palette.wood, wood('y', 0.4));
  const half = PILLAR / 2;
  set.box(veneer, [x - half, 0, -0.9], [x + half, 2.3, 0.04]);
  set.mesh.box(set.plain(palette.woodDark), [x - half - 0.004, 0, -0.9], [x + half + 0.004, 0.1, 0.048]);
  const head = Math.abs(Math.round(seed * 2)) % 2 === 0 ? palette.blue : palette.red;
  const print = set.patterned(palette.paper, notice(x - 0.24, 1.15, 0.48, 0.68, head));
  set.mesh.box(set.plain(palette.steel), [x - 0.26, 1.13, 0.04], [x + 0.26, 1.85, 0.052]);
  set.mesh.quad(
    print,
    [x - 0.24, 1.15, 0.054],
    [x + 0.24, 1.15, 0.054],
    [x + 0.24, 1.83, 0.054],
    [x - 0.24, 1.83, 0.054],
  );
}

/** What lies on the counter and on the desk behind it. */
function desk(set: SetBuilder, random: () => number, side: 1 | -1): void {
  monitor(set, side * 0.6, 0.735, -0.74, side * -0.35);
  // Document camera, printer, papers, pens, a card with the clerk's name, the rating device 评价器.
  const dark = set.plain(palette.dark);
  const pale = set.plain(rgb('#c9cac8'));
  set.mesh.box(dark, [-side * 0.5 - 0.12, 0.735, -0.66], [-side * 0.5 + 0.12, 0.75, -0.5]);
  set.mesh.box(dark, [-side * 0.5 - 0.015, 0.75, -0.52], [-side * 0.5 + 0.015, 1.02, -0.49]);
  set.mesh.box(dark, [-side * 0.5 - 0.02, 1.0, -0.62], [-side * 0.5 + 0.02, 1.03, -0.49]);
  set.box(pale, [-side * 0.98 - 0.2, 0.735, -0.86], [-side * 0.98 + 0.2, 0.99, -0.5]);
  set.mesh.box(dark, [-side * 0.98 - 0.17, 0.99, -0.8], [-side * 0.98 + 0.17, 0.995, -0.6]);
  const paper = set.plain(palette.paper);
  for (let sheet = 0; sheet < 5; sheet++) {
    const x = -0.75 + random() * 1.5;
    set.mesh.box(
      paper,
      [x - 0.105, 0.785, -0.16 + random() * 0.06],
      [x + 0.105, 0.788 + random() * 0.012, 0.1],
      random() * 0.7 - 0.35,
    );
  }
  set.mesh.box(set.plain(palette.blue), [side * 0.82 - 0.11, 0.785, -0.2], [side * 0.82 + 0.11, 0.8, 0.06], 0.2);
  set.post(set.plain(palette.woodDark), [side * 0.36, 0.785, -0.12], 0.1, 0.035, 0.04);
  for (let pen = 0; pen < 4; pen++) {
    const x = side * 0.36 + (random() - 0.5) * 0.04;
    set.mesh.box(
      pen % 2 === 0 ? dark : set.plain(palette.blueDark),
      [x - 0.004, 0.86, -0.125],
      [x + 0.004, 0.94 + random() * 0.03, -0.117],
    );
  }
  const card = set.plain(palette.blueDark);
  set.mesh.quad(card, [-0.14, 0.786, 0.09], [0.14, 0.786, 0.09], [0.14, 0.89, 0.04], [-0.14, 0.89, 0.04]);
  set.mesh.quad(
    set.plain(palette.white),
    [-0.12, 0.81, 0.0815],
    [0.12, 0.81, 0.0815],
    [0.12, 0.845, 0.064],
    [-0.12, 0.845, 0.064],
  );
  const rater = set.plain(brighten(palette.dark, 1.6));
  set.mesh.box(rater, [-side * 0.42 - 0.09, 0.785, -0.05], [-side * 0.42 + 0.09, 0.81, 0.08]);
  set.mesh.quad(
    rater,
    [-side * 0.42 - 0.09, 0.81, 0.07],
    [-side * 0.42 + 0.09, 0.81, 0.07],
    [-side * 0.42 + 0.09, 0.91, -0.03],
    [-side * 0.42 - 0.09, 0.91, -0.03],
  );
  const screen = set.mesh.surface({ colour: rgb('#6c93b8'), glow: 0.5 });
  set.mesh.quad(
    screen,
    [-side * 0.42 - 0.075, 0.825, 0.057],
    [-side * 0.42 + 0.075, 0.825, 0.057],
    [-side * 0.42 + 0.075, 0.9, -0.018],
    [-side * 0.42 - 0.075, 0.9, -0.018],
  );
}
