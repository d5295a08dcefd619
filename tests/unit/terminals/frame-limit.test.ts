import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { FrameMeter } from '../../../devices/terminals/frame-limit.ts';

const LIMIT = 1_000;

/** A packet of the given remaining length, as MQTT 3.1.1 section 2.2.3 encodes it. */
function packet(length: number): number[] {
  const header = [0x30];
  let rest = length;
  do {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [...header, ...new Array<number>(length).fill(0xff)];
}

function accepts(bytes: number[], cuts: number[]): boolean {
  const meter = new FrameMeter(LIMIT);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).every((end, i) => meter.accepts(Uint8Array.from(bytes.slice(edges[i], end))));
}

describe('the meter of packets', () => {
  it('lets packets up to the limit through and stops larger ones, wherever the stream is cut', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: LIMIT + 300 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.array(fc.nat(), { maxLength: 8 }), (sizes, cuts) => {
        expect(accepts(sizes.flatMap(packet), cuts)).toBe(sizes.every((size) => size <= LIMIT));
      }),
    );
  });

  it('stops at the header, before the bytes have come', () => {
    expect(new FrameMeter(LIMIT).accepts(Uint8Array.from([0x30, 0xff, 0xff, 0x7f]))).toBe(false);
  });

  it('stops a length that never ends', () => {
    expect(new FrameMeter(LIMIT).accepts(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80]))).toBe(false);
  });
});
