import { scatter } from './random.ts';

/** What can be wrong with a picture that a camera sends. */
export type PictureFaultKind =
  'black' | 'over-exposed' | 'frozen' | 'blurred' | 'covered' | 'colour-cast' | 'moved' | 'noise';

export interface FrameSize {
  width: number;
  height: number;
}

/**
 * Puts a fault on a copy of a yuv420p frame. `strength` goes from 0, just real enough to matter, to 1, gross. The same
 * seed gives the same fault; noise wants another one for each frame. A frozen picture is made by who sends the frames.
 */
export function withFault(
  frame: Uint8Array,
  { width, height }: FrameSize,
  fault: PictureFaultKind,
  strength: number,
  seed = 1,
): Uint8Array {
  const out = Uint8Array.from(frame);
  const luma = width * height;
  const planes = [
    { from: 0, width, height },
    { from: luma, width: width / 2, height: height / 2 },
    { from: (luma * 5) / 4, width: width / 2, height: height / 2 },
  ];
  const random = scatter(seed);
  switch (fault) {
    case 'black':
      return levels(out, luma, (y) => 16 + (y - 16) * 0.04 * (1 - strength), 0.1 * (1 - strength));
    case 'over-exposed':
      return levels(out, luma, (y) => 16 + (y - 16) * (2 + 3 * strength) + 20 * strength, 1 - 0.7 * strength);
    case 'blurred':
      for (const plane of planes) blur(out, plane, ((1.3 + 5 * strength) * plane.width) / 640);
      return out;
    case 'covered':
      return covered(out, planes, 0.72 + 0.28 * strength, random);
    case 'colour-cast': {
      const angle = random() * 2 * Math.PI;
      const size = 10 + 30 * strength;
      shift(out, luma, (luma * 5) / 4, size * Math.cos(angle));
      shift(out, (luma * 5) / 4, out.length, size * Math.sin(angle));
      return out;
    }
    case 'moved': {
      const away = (0.02 + 0.22 * strength) * width;
      const angle = random() * 2 * Math.PI;
      const x = 2 * Math.round((away * Math.cos(angle)) / 2);
      const y = 2 * Math.round((away * Math.sin(angle) * 0.6) / 2);
      planes.forEach((plane, index) => move(frame, out, plane, index === 0 ? [x, y] : [x / 2, y / 2]));
      return out;
    }
    case 'noise':
      addNoise(out, 0, luma, 7 + 20 * strength, random);
      addNoise(out, luma, out.length, 2 + 8 * strength, random);
      return out;
    case 'frozen':
      return out;
  }
}

interface Plane extends FrameSize {
  from: number;
}

/** Another level for each pixel, and less colour. */
function levels(frame: Uint8Array, luma: number, of: (y: number) => number, colour: number): Uint8Array {
  for (let at = 0; at < luma; at += 1) frame[at] = Math.min(235, Math.max(16, of(frame[at]!)));
  for (let at = luma; at < frame.length; at += 1) frame[at] = 128 + (frame[at]! - 128) * colour;
  return frame;
}

/** Brighter or darker by the whole: lights that are dimmed, an exposure that drifts. No fault. */
export function dimmed(frame: Uint8Array, { width, height }: FrameSize, gain: number): Uint8Array {
  return levels(Uint8Array.from(frame), width * height, (y) => 16 + (y - 16) * gain, Math.min(1, gain));
}

/** The noise of a sensor, which every real camera has. No fault. */
export function withSensorNoise(
  frame: Uint8Array,
  { width, height }: FrameSize,
  sigma: number,
  seed: number,
): Uint8Array {
  const out = Uint8Array.from(frame);
  addNoise(out, 0, width * height, sigma, scatter(seed));
  return out;
}

/** A patch of sunlight on part of the picture. No fault. */
export function withSun(frame: Uint8Array, { width, height }: FrameSize, share: number, seed: number): Uint8Array {
  const out = Uint8Array.from(frame);
  const random = scatter(seed);
  const wide = Math.round(width * Math.sqrt(share));
  const high = Math.round(height * Math.sqrt(share));
  const left = Math.floor(random() * (width - wide));
  const top = Math.floor(random() * (height - high));
  for (let y = top; y < top + high; y += 1) {
    for (let at = y * width + left; at < y * width + left + wide; at += 1) out[at] = Math.min(235, out[at]! * 1.6 + 25);
  }
  return out;
}

/** Three boxes one after the other are as good as a bell curve. */
function blur(frame: Uint8Array, { from, width, height }: Plane, sigma: number): void {
  const r = Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  for (let pass = 0; pass < 3; pass += 1) {
    for (let y = 0; y < height; y += 1) smear(frame, from + y * width, 1, width, r);
    for (let x = 0; x < width; x += 1) smear(frame, from + x, width, height, r);
  }
}

function smear(frame: Uint8Array, start: number, step: number, length: number, r: number): void {
  const line = Uint8Array.from({ length }, (_, at) => frame[start + at * step]!);
  const clamped = (at: number) => line[Math.min(length - 1, Math.max(0, at))]!;
  let sum = 0;
  for (let at = -r; at <= r; at += 1) sum += clamped(at);
  for (let at = 0; at < length; at += 1) {
    frame[start + at * step] = Math.round(sum / (2 * r + 1));
    sum += clamped(at + r + 1) - clamped(at - r);
  }
}

/** A cloth or a hand from one side, so near that it is a soft shape with little on it. */
function covered(frame: Uint8Array, planes: Plane[], share: number, random: () => number): Uint8Array {
  const side = Math.floor(random() * 4);
  const [level, u, v] = [50 + 110 * random(), 118 + 20 * random(), 118 + 20 * random()];
  planes.forEach(({ from, width, height }, index) => {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const along = [x / width, 1 - x / width, y / height, 1 - y / height][side]!;
        const hidden = Math.min(1, Math.max(0, (share - along) * 20 + 0.5));
        const at = from + y * width + x;
        const cloth = index === 0 ? level + 20 * (x / width - 0.5) : index === 1 ? u : v;
        frame[at] = frame[at]! + hidden * (cloth - frame[at]!);
      }
    }
  });
  return frame;
}

function shift(frame: Uint8Array, from: number, to: number, by: number): void {
  for (let at = from; at < to; at += 1) frame[at] = Math.min(240, Math.max(16, frame[at]! + by));
}

/** What comes into view is what was at the rim, mirrored. */
function move(from: Uint8Array, to: Uint8Array, { from: start, width, height }: Plane, by: [number, number]): void {
  const mirrored = (at: number, length: number) => (at < 0 ? -at - 1 : at >= length ? 2 * length - 1 - at : at);
  for (let y = 0; y < height; y += 1) {
    const row = start + mirrored(y + by[1], height) * width;
    for (let x = 0; x < width; x += 1) to[start + y * width + x] = from[row + mirrored(x + by[0], width)]!;
  }
}

/** The sum of four even throws is near enough to a bell curve; its deviation is 1 / sqrt(3). */
function addNoise(frame: Uint8Array, from: number, to: number, sigma: number, random: () => number): void {
  let state = Math.floor(random() * 2 ** 31) | 1;
  const scale = (sigma * Math.sqrt(3)) / 256;
  for (let at = from; at < to; at += 1) {
    // xorshift: four bytes of one number.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const sum = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + ((state >>> 24) & 255) - 510;
    frame[at] = Math.min(255, Math.max(0, frame[at]! + sum * scale));
  }
}
