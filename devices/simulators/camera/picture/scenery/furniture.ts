import { blend, rgb, type Rgb } from '../render/colour.ts';
import type { Vec3 } from '../render/vec.ts';
import { add, scale } from '../render/vec.ts';
import { scatter } from '../random.ts';
import { palette, type SetBuilder } from './set.ts';

/** A row of steel waiting chairs; `facing` 1 looks towards the public (+z), -1 towards the counter. Seats are 0.58 m apart. */
export const SEAT_PITCH = 0.58;
export const SEAT_HEIGHT = 0.44;

export function waitingChairs(
  set: SetBuilder,
  left: number,
  z: number,
  seats: number,
  facing: 1 | -1,
  colour: Rgb,
): void {
  const shell = set.patterned(colour, (out, x, y, depth) => {
    // Perforated sheet: a grid of holes that the lens no longer resolves well.
    if (Math.sin(x * 190) * Math.sin((y + depth) * 190) > 0.35)
      out.forEach((value, channel) => (out[channel] = value * 0.62));
  });
  const frame = set.plain(palette.steel);
  const width = seats * SEAT_PITCH;
  for (let seat = 0; seat < seats; seat++) {
    const x = left + (seat + 0.5) * SEAT_PITCH;
    const from = (dx: number, y: number, dz: number): Vec3 => [x + dx, y, z + dz * facing];
    slab(
      set,
      shell,
      from(-0.25, SEAT_HEIGHT - 0.02, -0.2),
      from(0.25, SEAT_HEIGHT - 0.02, -0.2),
      from(0.25, SEAT_HEIGHT + 0.02, 0.24),
      from(-0.25, SEAT_HEIGHT + 0.02, 0.24),
      0.025,
    );
    slab(
      set,
      shell,
      from(-0.25, SEAT_HEIGHT, -0.21),
      from(0.25, SEAT_HEIGHT, -0.21),
      from(0.25, 0.88, -0.33),
      from(-0.25, 0.88, -0.33),
      0.025,
    );
    set.blocks.push({ from: [x - 0.25, SEAT_HEIGHT - 0.03, z - 0.24], to: [x + 0.25, SEAT_HEIGHT, z + 0.24] });
    set.contacts.push({ x, z, radius: 0.3 });
  }
  for (let arm = 0; arm <= seats; arm++) {
    const x = left + arm * SEAT_PITCH;
    set.mesh.box(
      frame,
      [x - 0.018, 0.62, Math.min(z - 0.22 * facing, z + 0.18 * facing)],
      [x + 0.018, 0.645, Math.max(z - 0.22 * facing, z + 0.18 * facing)],
    );
    set.mesh.box(frame, [x - 0.012, 0.4, z + 0.1 * facing - 0.012], [x + 0.012, 0.62, z + 0.1 * facing + 0.012]);
  }
  set.mesh.box(frame, [left, 0.36, z - 0.035], [left + width, 0.41, z + 0.035]);
  for (const x of [left + 0.3, left + width - 0.3]) {
    set.mesh.box(frame, [x - 0.025, 0.03, z - 0.03], [x + 0.025, 0.38, z + 0.03]);
    set.mesh.box(frame, [x - 0.03, 0.0, z - 0.28], [x + 0.03, 0.035, z + 0.28]);
    for (const dz of [-0.2, 0, 0.2]) set.contacts.push({ x, z: z + dz, radius: 0.12 });
  }
}

/** A chair with a round-cornered back, for staff or for who sits at the counter; it faces `facing` along z. */
export function chair(set: SetBuilder, x: number, z: number, facing: 1 | -1, colour: Rgb, high: boolean): void {
  const cloth = set.plain(colour);
  const frame = set.plain(palette.dark);
  const seat = high ? 0.47 : 0.45;
  const top = high ? 1.12 : 0.86;
  const at = (dx: number, y: number, dz: number): Vec3 => [x + dx, y, z + dz * facing];
  if (high) {
    const pad = (y: number, half: number, z0: number) => ({ centre: at(0, y, z0), radii: [half, 0.035] as const });
    const rings = [
      pad(0.56, 0.02, -0.23),
      pad(0.57, 0.17, -0.232),
      pad(0.67, 0.215, -0.24),
      pad(0.98, 0.215, -0.262),
      pad(1.08, 0.17, -0.275),
      pad(top, 0.03, -0.28),
    ];
    set.mesh.loft(cloth, rings, [1, 0, 0], 14);
  } else {
    slab(
      set,
      cloth,
      at(-0.2, seat + 0.16, -0.21),
      at(0.2, seat + 0.16, -0.21),
      at(0.19, top, -0.27),
      at(-0.19, top, -0.27),
      0.03,
    );
    for (const dx of [-0.17, 0.17])
      slab(
        set,
        frame,
        at(dx - 0.015, seat, -0.2),
        at(dx + 0.015, seat, -0.2),
        at(dx + 0.015, top - 0.05, -0.285),
        at(dx - 0.015, top - 0.05, -0.285),
        0.02,
      );
  }
  set.mesh.box(cloth, at(-0.22, seat - 0.05, -0.22), at(0.23, seat + 0.02, 0.23));
  set.blocks.push({
    from: [x - 0.2, seat + 0.1, z - 0.26 * facing - 0.03],
    to: [x + 0.2, top, z - 0.26 * facing + 0.03],
  });
  set.blocks.push({ from: [x - 0.23, seat - 0.05, z - 0.22], to: [x + 0.23, seat, z + 0.22] });
  if (high) {
    set.post(frame, [x, 0.08, z], seat - 0.12, 0.03);
    set.mesh.box(frame, [x - 0.3, 0.05, z - 0.03], [x + 0.3, 0.09, z + 0.03]);
    set.mesh.box(frame, [x - 0.03, 0.05, z - 0.3], [x + 0.03, 0.09, z + 0.3]);
    for (const side of [-1, 1])
      set.mesh.box(frame, at(side * 0.25 - 0.03, seat + 0.18, -0.14), at(side * 0.25 + 0.03, seat + 0.21, 0.14));
    return;
  }
  for (const dx of [-0.2, 0.2]) {
    for (const dz of [-0.19, 0.19])
      set.mesh.box(frame, at(dx - 0.012, 0, dz - 0.012), at(dx + 0.012, seat - 0.04, dz + 0.012));
  }
  for (const [dx, dz] of [
    [-0.2, -0.19],
    [0.2, -0.19],
    [-0.2, 0.19],
    [0.2, 0.19],
  ] as const)
    set.contacts.push({ x: x + dx, z: z + dz * facing, radius: 0.06 });
  set.contacts.push({ x, z, radius: 0.3 });
}

/** A flat screen seen from behind or in front, on its foot. */
export function monitor(set: SetBuilder, x: number, y: number, z: number, turn: number): void {
  const shell = set.plain(rgb('#3a3d42'));
  set.box(shell, [x - 0.26, y + 0.12, z - 0.02], [x + 0.26, y + 0.44, z + 0.02], turn);
  set.mesh.box(shell, [x - 0.03, y, z - 0.03], [x + 0.03, y + 0.16, z + 0.01], turn);
  set.mesh.box(shell, [x - 0.11, y, z - 0.09], [x + 0.11, y + 0.015, z + 0.07], turn);
  set.mesh.box(set.plain(rgb('#6d7176')), [x - 0.03, y + 0.26, z + 0.019], [x + 0.03, y + 0.29, z + 0.022], turn);
}

/** A potted plant with long arching leaves. */
export function plant(set: SetBuilder, x: number, y: number, z: number, size: number, seed: number): void {
  const random = scatter(seed);
  set.post(set.plain(palette.clay), [x, y, z], 0.3 * size, 0.12 * size, 0.16 * size, 14);
  set.post(set.plain(rgb('#3b2f25')), [x, y + 0.3 * size, z], 0.012, 0.145 * size, 0.145 * size, 14);
  const leaves = [0, 0.35, 0.7, 1].map((share) => set.plain(blend(palette.greenDark, palette.green, share)));
  for (let leaf = 0; leaf < 46; leaf++) {
    const angle = leaf * 2.4 + random() * 0.6;
    const reach = (0.22 + random() * 0.3) * size;
    const rise = (0.4 + random() * 0.65) * size;
    const width = (0.025 + random() * 0.025) * size;
    const out: Vec3 = [Math.cos(angle), 0, Math.sin(angle)];
    const side: Vec3 = [-out[2], 0, out[0]];
    const spine = [0, 0.35, 0.7, 1].map((share): Vec3 =>
      add([x, y + 0.28 * size + rise * (share * 1.5 - share ** 2 * 0.62), z], scale(out, reach * share ** 1.4)),
    );
    const surface = leaves[Math.floor(random() * leaves.length)]!;
    const widths = [0.4, 1, 0.8, 0.05];
    for (let part = 0; part < 3; part++) {
      const edge = (index: number, way: number) => add(spine[index]!, scale(side, way * width * widths[index]!));
      set.mesh.quad(surface, edge(part, -1), edge(part, 1), edge(part + 1, 1), edge(part + 1, -1));
    }
  }
  set.blocks.push({
    from: [x - 0.14 * size, y + 0.45 * size, z - 0.14 * size],
    to: [x + 0.14 * size, y + 0.95 * size, z + 0.14 * size],
  });
}

/** A row of filing cabinets with folders on top. */
export function cabinets(set: SetBuilder, left: number, right: number, z: number, seed: number): void {
  const random = scatter(seed);
  const front = set.patterned(palette.cabinet, (out, x, y) => {
    const [u, v] = [(x / 0.45) % 1, (y / 0.5) % 1];
    const [du, dv] = [Math.min(Math.abs(u), 1 - Math.abs(u)), Math.min(v, 1 - v)];
    const isHandle = Math.abs(Math.abs(u) - 0.5) < 0.14 && Math.abs(v - 0.8) < 0.03;
    if (du < 0.015 || dv < 0.012 || isHandle) out.forEach((value, channel) => (out[channel] = value * 0.55));
  });
  set.box(front, [left, 0, z], [right, 1.02, z + 0.42]);
  const backs = ['#37557a', '#8d2f2c', '#d8d4c8', '#4b5a52', '#2f3338', '#c08a3a'].map((hex) => set.plain(rgb(hex)));
  for (let x = left + 0.1; x < right - 0.3;) {
    const count = 3 + Math.floor(random() * 7);
    for (let folder = 0; folder < count && x < right - 0.2; folder++) {
      const width = 0.035 + random() * 0.035;
      const height = 0.28 + random() * 0.05;
      set.mesh.box(
        backs[Math.floor(random() * backs.length)]!,
        [x, 1.02, z + 0.08],
        [x + width, 1.02 + height, z + 0.34],
      );
      x += width + 0.004;
    }
    x += 0.15 + random() * 0.5;
  }
}

/** A thin slab over four corners. */
function slab(set: SetBuilder, surface: number, a: Vec3, b: Vec3, c: Vec3, d: Vec3, thickness: number): void {
  const drop: Vec3 = [0, -thickness, 0];
  const [e, f, g, h] = [add(a, drop), add(b, drop), add(c, drop), add(d, drop)];
  set.mesh.quad(surface, a, b, c, d);
  set.mesh.quad(surface, e, f, g, h);
  set.mesh.quad(surface, a, b, f, e);
  set.mesh.quad(surface, b, c, g, f);
  set.mesh.quad(surface, c, d, h, g);
  set.mesh.quad(surface, d, a, e, h);
}
