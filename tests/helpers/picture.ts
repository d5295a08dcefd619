import { scatter } from '../../devices/simulators/camera/picture/random.ts';
import { withSensorNoise } from '../../devices/simulators/camera/picture/faults.ts';
import { HEIGHT, LUMA_BYTES, PICTURE_BYTES, WIDTH, type Picture } from '../../streams/diagnosis/picture.ts';

export const size = { width: WIDTH, height: HEIGHT };

/** A room as far as a judge is concerned: a wall, some fifty pieces of furniture, lettering; and somebody in it. */
export function room(seed: number, { person = 0, clock = 0, noise = 0, noiseSeed = 1 } = {}): Picture {
  const picture = new Uint8Array(PICTURE_BYTES).fill(128);
  const random = scatter(seed);
  paint(picture, [0, 0, WIDTH, HEIGHT], [150, 126, 131]);
  for (let piece = 0; piece < 60; piece += 1) {
    const [wide, high] = [10 + random() * 110, 8 + random() * 60];
    const place: Box = [random() * (WIDTH - wide), random() * (HEIGHT - high), wide, high];
    paint(picture, place, [40 + random() * 160, 118 + random() * 20, 118 + random() * 20]);
    for (let line = 0; line < 4; line += 1) {
      paint(
        picture,
        [place[0] + 3, place[1] + 3 + line * 5, Math.max(2, wide - 6), 1],
        [60 + random() * 140, 128, 128],
      );
    }
  }
  if (person > 0) {
    const x = (scatter(person)() * 0.8 + 0.05) * WIDTH;
    paint(picture, [x, 90, 60, 240], [70, 135, 122]);
    paint(picture, [x + 15, 55, 30, 35], [140, 115, 145]);
  }
  for (let digit = 0; digit < 10; digit += 1) {
    if ((clock >> digit) & 1) paint(picture, [10 + digit * 8, 8, 6, 10], [235, 128, 128]);
  }
  return noise === 0 ? picture : withSensorNoise(picture, size, noise, noiseSeed);
}

type Box = [left: number, top: number, width: number, height: number];

export function paint(picture: Picture, box: Box, [y, u, v]: [number, number, number]): void {
  const [left, top, width, height] = box.map((value) => Math.floor(value)) as Box;
  for (let row = Math.max(0, top); row < Math.min(HEIGHT, top + height); row += 1) {
    picture.fill(y, row * WIDTH + Math.max(0, left), row * WIDTH + Math.min(WIDTH, left + width));
    if (row % 2 === 1) continue;
    for (const [plane, value] of [
      [LUMA_BYTES, u],
      [(LUMA_BYTES * 5) / 4, v],
    ] as const) {
      const start = plane + (row / 2) * (WIDTH / 2);
      picture.fill(value, start + (Math.max(0, left) >> 1), start + (Math.min(WIDTH, left + width) >> 1));
    }
  }
}
