import { brighten, rgb, type Rgb } from '../render/colour.ts';
import type { Lamp, Lights } from '../render/light.ts';
import { MeshBuilder, type Pattern } from '../render/mesh.ts';
import type { Block } from '../render/obstacles.ts';
import type { Vec3 } from '../render/vec.ts';

/** The colours of the house: muted, as cameras show them. */
export const palette = {
  floor: rgb('#b9b4ab'),
  wall: rgb('#d3d1cb'),
  ceiling: rgb('#dcdcd8'),
  stone: rgb('#d8d5ce'),
  stoneDark: rgb('#8f8c86'),
  wood: rgb('#a9825a'),
  woodDark: rgb('#7b5a3d'),
  blue: rgb('#2f5f93'),
  blueDark: rgb('#1f3d60'),
  white: rgb('#e6e6e4'),
  steel: rgb('#9a9ea3'),
  dark: rgb('#2a2c30'),
  black: rgb('#131416'),
  paper: rgb('#e2dfd6'),
  green: rgb('#4c6b3c'),
  greenDark: rgb('#33512f'),
  clay: rgb('#a8a49c'),
  red: rgb('#a8332d'),
  yellow: rgb('#c9a13a'),
  cabinet: rgb('#b4b8ba'),
} as const;

/** Where the glass on every counter stands. */
export const GLASS_Z = -0.3;

/** An upright rectangle that looks along z: a sign, a display. */
export interface Face {
  left: number;
  right: number;
  bottom: number;
  top: number;
  z: number;
}

/** Builds a room: every shape is drawn and, where it is large enough to matter, throws a shadow. */
export class SetBuilder {
  readonly mesh = new MeshBuilder();
  readonly blocks: Block[] = [];
  readonly lamps: Lamp[] = [];
  /** Where things stand on the floor: the light there is kept away more closely than the light map can tell. */
  readonly contacts: { x: number; z: number; radius: number }[] = [];
  readonly #plain = new Map<Rgb, number>();

  /** A plain surface of this colour. */
  plain(colour: Rgb): number {
    let surface = this.#plain.get(colour);
    if (surface === undefined) {
      surface = this.mesh.surface({ colour });
      this.#plain.set(colour, surface);
    }
    return surface;
  }

  patterned(colour: Rgb, pattern: Pattern, glow = 0): number {
    return this.mesh.surface({ colour, pattern, glow });
  }

  box(surface: number, from: Vec3, to: Vec3, turn = 0): void {
    this.mesh.box(surface, from, to, turn);
    this.blocks.push({ from, to });
  }

  /** An upright cylinder, or a cone where the radii differ. */
  post(surface: number, foot: Vec3, height: number, radius: number, topRadius = radius, segments = 10): void {
    const [x, y, z] = foot;
    const ring = (at: number, r: number) => ({ centre: [x, y + at, z] as Vec3, radii: [r, r] as const });
    const rings = [ring(0, 0.001), ring(0.001, radius), ring(height - 0.001, topRadius), ring(height, 0.001)];
    this.mesh.loft(surface, rings, [1, 0, 0], segments);
    if (y === 0) this.contacts.push({ x, z, radius: radius * 1.25 });
    const half = Math.max(radius, topRadius) * 0.8;
    this.blocks.push({ from: [x - half, y, z - half], to: [x + half, y + height, z + half] });
  }

  /** A lit sign in its frame, without what stands on it. */
  signBox({ left, right, bottom, top, z }: Face): void {
    this.box(this.plain(palette.steel), [left - 0.02, bottom - 0.02, z - 0.04], [right + 0.02, top + 0.02, z - 0.005]);
    const lit = this.mesh.surface({ colour: rgb('#3f76b5'), glow: 0.85 });
    this.mesh.quad(lit, [left, bottom, z], [right, bottom, z], [right, top, z], [left, top, z]);
  }

  /** Polished stone, darker around what stands on it. */
  floor(colour: Rgb, pattern: Pattern, gloss: number): number {
    const shadows: Pattern = (out, x, _, z) => {
      for (const contact of this.contacts) {
        const square = ((x - contact.x) ** 2 + (z - contact.z) ** 2) / contact.radius ** 2;
        if (square > 4) continue;
        const tone = 1 - 0.5 * Math.exp(-square * 1.4);
        for (let channel = 0; channel < 3; channel++) out[channel] = out[channel]! * tone;
      }
    };
    return this.mesh.surface({
      colour,
      gloss,
      pattern: (out, x, y, z) => {
        pattern(out, x, y, z);
        shadows(out, x, y, z);
      },
    });
  }

  /** Floor, ceiling and the walls around. */
  shell(
    size: { left: number; right: number; back: number; front: number; height: number },
    floor: number,
    wall: number,
    ceiling: number,
  ): void {
    const { left, right, back, front, height } = size;
    const m = this.mesh;
    m.quad(floor, [left, 0, front], [right, 0, front], [right, 0, back], [left, 0, back]);
    m.quad(ceiling, [left, height, back], [right, height, back], [right, height, front], [left, height, front]);
    m.quad(wall, [left, 0, back], [right, 0, back], [right, height, back], [left, height, back]);
    m.quad(wall, [left, 0, front], [left, 0, back], [left, height, back], [left, height, front]);
    m.quad(wall, [right, 0, back], [right, 0, front], [right, height, front], [right, height, back]);
  }

  /** A lamp in the ceiling, drawn as a bright panel. */
  lamp(centre: Vec3, halfWidth: number, halfDepth: number, power: number): void {
    const glow = this.mesh.surface({ colour: [1, 1, 0.97], glow: power * 0.5 });
    const [x, y, z] = [centre[0], centre[1] - 0.005, centre[2]];
    const corner = (dx: number, dz: number): Vec3 => [x + dx * halfWidth, y, z + dz * halfDepth];
    this.mesh.quad(glow, corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1));
    this.lamps.push({ centre: [x, y - 0.01, z], halfWidth, halfDepth, power });
  }

  lights(): Lights {
    return {
      lamps: this.lamps,
      lampColour: [1, 0.985, 0.95],
      fromAbove: brighten([0.92, 0.96, 1], 0.44),
      fromBelow: brighten([1, 0.96, 0.9], 0.26),
      blocks: this.blocks,
    };
  }
}
