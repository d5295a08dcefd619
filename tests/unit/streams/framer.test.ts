import fc from '../../helpers/property.ts';
import { describe, expect, it } from 'vitest';
import { Framer, GARBAGE, UNKNOWN_LENGTH } from '../../../streams/framer.ts';

/** Items of a length byte and that many bytes; 255 is garbage. */
function collect() {
  const items: string[] = [];
  const shownTwice: number[] = [];
  const framer = new Framer({
    measure(bytes, start, end, held) {
      if (end - start === held && held > 0) shownTwice.push(held);
      if (bytes[start] === 255) return GARBAGE;
      // Needs two bytes to say, so that lengths are unknown at first.
      return end - start < 2 && bytes[start]! > 0 ? UNKNOWN_LENGTH : 1 + bytes[start]!;
    },
    take: (bytes, start, end) => items.push(bytes.toString('hex', start, end)),
  });
  return { framer, items, shownTwice };
}

describe('framer', () => {
  it('hands on the same items whatever the chunks are', () => {
    const item = fc.uint8Array({ maxLength: 254 }).map((data) => Buffer.from([data.length, ...data]));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 20 }), fc.array(fc.nat(2000), { maxLength: 30 }), (sent, cuts) => {
        const stream = Buffer.concat(sent);
        const { framer, items } = collect();
        const at = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
        at.slice(1).forEach((end, i) => expect(framer.push(stream.subarray(at[i], end))).toBe(true));
        expect(items).toEqual(sent.map((each) => each.toString('hex')));
      }),
    );
  });

  it('takes nothing more after garbage', () => {
    const { framer, items } = collect();
    expect(framer.push(Buffer.from([1, 7, 255]))).toBe(false);
    expect(framer.push(Buffer.from([1, 8]))).toBe(false);
    expect(items).toEqual(['0107']);
  });

  it('asks again only when there is more to look at', () => {
    const { framer, items, shownTwice } = collect();
    for (const byte of [3, 1, 2, 3]) framer.push(Buffer.from([byte]));
    expect(items).toEqual(['03010203']);
    expect(shownTwice).toEqual([]);
  });
});
