/** Linear light, 0..1 for reflectances and more for lamps. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A colour as designers write it, `#rrggbb` in sRGB, as linear light. */
export function rgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [fromSrgb(value >> 16), fromSrgb((value >> 8) & 255), fromSrgb(value & 255)];
}

function fromSrgb(byte: number): number {
  const share = byte / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}

export const brighten = (colour: Rgb, by: number): Rgb => [colour[0] * by, colour[1] * by, colour[2] * by];

export const blend = (a: Rgb, b: Rgb, share: number): Rgb => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
];
