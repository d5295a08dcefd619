import type { StreamCodec } from '../access-unit.ts';
import { HEIGHT, LUMA_BYTES, WIDTH, type Picture } from './picture.ts';

/**
 * A coded picture of 64 x 64: lime on the left, magenta on the right. It follows every picture of a camera into the
 * decoder, so that what comes out before it belongs to that camera and to no other; no camera shows such a picture.
 */
const MARKERS: Readonly<Record<StreamCodec, Buffer>> = {
  h264: Buffer.from(
    'AAAAAWdCwAqmERCbARAAAAMAEAAAAwMg8SJhGAAAAAFoyEIGyyAAAAFliIIfiMUAAQUI4AAiYxwABGLvnxQABDtjgACUFHAAEzi+uunrrrp6666evA==',
    'base64',
  ),
  h265: Buffer.from(
    'AAAAAUABDAH//wFgAAADAJAAAAMAAAMAHpKAkAAAAAFCAQEBYAAAAwCQAAADAAADAB6gIIEFlkqryvAWgIAAAAMAgAAADIQAAAABRAHBcaMSAAABKAGvCchcGLA+yfFKl/+O//+u1nO9p/z60O9+km/wl5599Rdb92TigL6Ja78yIIj6cm9M',
    'base64',
  ),
};

/** End of sequence: pictures after it hang on none before it, which frees a CRA picture of H.265 from its leading ones. */
const SEQUENCE_ENDS: Readonly<Record<StreamCodec, Buffer>> = {
  h264: Buffer.from([0, 0, 0, 1, 10]),
  h265: Buffer.from([0, 0, 0, 1, 36 << 1, 1]),
};

/** An access unit delimiter: the parser lets go of the marker when it sees the next unit begin. */
const DELIMITERS: Readonly<Record<StreamCodec, Buffer>> = {
  h264: Buffer.from([0, 0, 0, 1, 9, 0x10, 0, 0, 0, 1, 9, 0x10]),
  h265: Buffer.from([0, 0, 0, 1, 35 << 1, 1, 0x10, 0, 0, 0, 1, 35 << 1, 1, 0x10]),
};

export function markerOf(codec: StreamCodec): Buffer {
  return Buffer.concat([SEQUENCE_ENDS[codec], MARKERS[codec], SEQUENCE_ENDS[codec], DELIMITERS[codec]]);
}

const U = LUMA_BYTES;
const V = (LUMA_BYTES * 5) / 4;
const AT = [0.2, 0.5, 0.8].map((row) => Math.floor((row * HEIGHT) / 2) * (WIDTH / 2));

export function isMarker(picture: Picture): boolean {
  const left = Math.floor(WIDTH / 8);
  const right = Math.floor((WIDTH * 3) / 8);
  return AT.every(
    (row) =>
      picture[U + row + left]! < 80 &&
      picture[V + row + left]! < 80 &&
      picture[U + row + right]! > 170 &&
      picture[V + row + right]! > 190,
  );
}
