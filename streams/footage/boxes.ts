/** A box of an ISO base media file (ISO/IEC 14496-12, 4.2), where it lies in the bytes that it was read from. */
export interface Box {
  type: string;
  at: number;
  /** Where its content begins. */
  content: number;
  end: number;
}

/** The longest head: a size of 64 bits. */
export const BOX_HEAD_BYTES = 16;

/** The box that begins at `at`; null where no whole head is there, or what is there is none. */
export function boxAt(bytes: Buffer, at: number): Box | null {
  if (at + 8 > bytes.length) return null;
  const size = bytes.readUInt32BE(at);
  const type = bytes.toString('latin1', at + 4, at + 8);
  if (size !== 1) return size < 8 ? null : { type, at, content: at + 8, end: at + size };
  if (at + BOX_HEAD_BYTES > bytes.length) return null;
  const long = Number(bytes.readBigUInt64BE(at + 8));
  return long < BOX_HEAD_BYTES ? null : { type, at, content: at + BOX_HEAD_BYTES, end: at + long };
}

/** The whole boxes from `from` to `to`, in their order; ends at the first that is not whole. */
export function boxesIn(bytes: Buffer, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let box = boxAt(bytes, from); box && box.end <= to; box = boxAt(bytes, box.end)) boxes.push(box);
  return boxes;
}

/** The first box of this way down from the content of `inside`: `boxUnder(bytes, trak, 'mdia', 'mdhd')`. */
export function boxUnder(bytes: Buffer, inside: Pick<Box, 'content' | 'end'>, ...way: string[]): Box | null {
  let place: Pick<Box, 'content' | 'end'> = inside;
  let found: Box | null = null;
  for (const type of way) {
    found = boxesIn(bytes, place.content, place.end).find((box) => box.type === type) ?? null;
    if (!found) return null;
    place = found;
  }
  return found;
}

/** All bytes of a box, head included. */
export function bytesOf(bytes: Buffer, box: Box): Buffer {
  return bytes.subarray(box.at, box.end);
}
