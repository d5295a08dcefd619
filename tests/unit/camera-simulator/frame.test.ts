import { describe, expect, it } from 'vitest';
import { paintBarcode } from '../../../devices/simulators/camera/picture/frame/barcode.ts';
import { Frame } from '../../../devices/simulators/camera/picture/frame/frame.ts';
import { stamp, type Stamp } from '../../../devices/simulators/camera/picture/frame/stamp.ts';
import { spansOf } from '../../../devices/simulators/camera/picture/people/sprite.ts';
import type { Backdrop } from '../../../devices/simulators/camera/picture/render/room.ts';
import { fc, test } from './property.ts';

const [width, height] = [64, 48];
const backdrop: Backdrop = {
  width,
  height,
  pixels: Uint8Array.from({ length: (width * height * 3) / 2 }, (_, at) => 60 + ((at * 7) % 50)),
  nearest: Uint16Array.from({ length: width * height }, (_, at) => (at % width < 20 ? 1000 : 9000)),
  farthest: Uint16Array.from({ length: width * height }, (_, at) => (at % width < 20 ? 1000 : 9000)),
  floor: new Uint8Array(width * height).fill(255),
  veil: new Uint8Array(width * height),
};

function disc(size: number) {
  const coverage = Uint8Array.from({ length: size * size }, (_, at) =>
    (at % size) + Math.floor(at / size) < size * 1.4 ? 255 : 90,
  );
  const chroma = ((size + 1) >> 1) ** 2;
  return {
    ...{ width: size, height: size, anchorX: size / 2, anchorY: size, coverage },
    y: new Uint8Array(size * size).fill(200),
    u: new Uint8Array(chroma).fill(90),
    v: new Uint8Array(chroma).fill(170),
    spans: spansOf(coverage, size, size),
  };
}

const flat = { lean: 0, isBehindGlass: false, opacity: 1 };
const someStamp = fc
  .record({
    kind: fc.constantFrom('body', 'mirror', 'shadow', 'overlay'),
    size: fc.integer({ min: 2, max: 20 }),
    x: fc.double({ min: -10, max: width + 10, noNaN: true }),
    y: fc.double({ min: -10, max: height + 20, noNaN: true }),
    scale: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
    flipped: fc.boolean(),
    lean: fc.double({ min: -0.4, max: 0.4, noNaN: true }),
    depth: fc.integer({ min: 500, max: 9500 }),
  })
  .map(({ kind, size, x, y, scale, flipped, lean, depth }): Stamp =>
    stamp({ ...flat, kind, sprite: disc(size), x, y, scaleX: flipped ? -scale : scale, scaleY: scale, lean, depth }),
  );

describe('a frame', () => {
  test(
    'that is repainted where something changed is the frame painted afresh',
    fc.tuple(
      fc.array(someStamp, { maxLength: 5 }),
      fc.array(someStamp, { maxLength: 5 }),
      fc.array(someStamp, { maxLength: 5 }),
    ),
    ([stay, leave, come]) => {
      const frame = new Frame(backdrop);
      frame.show([...stay, ...leave]);
      frame.show([...stay, ...come]);
      const fresh = new Frame(backdrop);
      fresh.show([...stay, ...come]);
      expect(Buffer.compare(frame.bytes, fresh.bytes)).toBe(0);
      frame.show([]);
      expect(Buffer.compare(frame.bytes, backdrop.pixels)).toBe(0);
    },
  );

  it('shows nobody behind what is nearer to the camera', () => {
    const frame = new Frame(backdrop);
    const whole = { ...flat, kind: 'body' as const, sprite: disc(16), y: 30, scaleX: 1, scaleY: 1 };
    frame.show([stamp({ ...whole, x: 10, depth: 5000 }), stamp({ ...whole, x: 40, depth: 5000 })]);
    expect(frame.bytes[20 * width + 8]).toBe(backdrop.pixels[20 * width + 8]);
    expect(frame.bytes[20 * width + 38]).toBe(200);
  });
});

describe('the bar code', () => {
  test('can be read from the picture', fc.integer({ min: 0, max: 4e12 }), (epochMs) => {
    const frame = new Uint8Array((80 * 8 * 3) / 2).fill(99);
    paintBarcode(frame, 80, 8, epochMs);
    const bits = Array.from({ length: 40 }, (_, cell) => (frame[80 + cell * 2 + 1]! > 128 ? '1' : '0')).join('');
    const time = Number.parseInt(bits.slice(0, 32), 2);
    expect(time).toBe(epochMs % 2 ** 32);
    const bytes = [24, 16, 8, 0].map((shift) => (time >>> shift) & 255);
    expect(Number.parseInt(bits.slice(32), 2)).toBe(bytes.reduce((check, byte) => check ^ byte, 0xa5));
    // Below the strip the picture is untouched.
    expect(frame.subarray(160, 640).every((value) => value === 99)).toBe(true);
  });
});
