import { describe, expect, it } from 'vitest';
import { imageHeader } from '#lib/image-header.ts';

/** A PNG of one grey pixel, and the head of a JPEG of 640x480 with a comment before its frame. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCB3Ax6jgAAAABJRU5ErkJggg==',
  'base64',
);
const jpeg = Buffer.from(
  'ffd8ffe000104a46494600010100000100010000fffe000568692effc0001108' + '01e00280' + '0301220002',
  'hex',
);

describe('what a picture says of itself', () => {
  it('is read from PNG and JPEG, past what stands before the frame', () => {
    expect(imageHeader(png)).toEqual({ type: 'image/png', width: 1, height: 1 });
    expect(imageHeader(jpeg)).toEqual({ type: 'image/jpeg', width: 640, height: 480 });
  });

  it('is nothing for anything else, cut short, or larger than any plan', () => {
    const huge = Buffer.from(png);
    huge.writeUInt32BE(0xffff, 16);
    huge.writeUInt32BE(0xffff, 20);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    for (const bytes of [
      svg,
      Buffer.alloc(0),
      Buffer.alloc(100, 0xff),
      jpeg.subarray(0, 20),
      png.subarray(0, 20),
      huge,
    ]) {
      expect(imageHeader(bytes)).toBeNull();
    }
    // a segment without length must not go round for ever
    expect(imageHeader(Buffer.concat([Buffer.from('ffd8ffe00000', 'hex'), Buffer.alloc(64)]))).toBeNull();
  });
});
