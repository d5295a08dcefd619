/** Boxes of MP4 (ISO/IEC 14496-12) as our own files have them. */
export interface Box {
  type: string;
  at: number;
  end: number;
}

/** The track of the picture; sound is the other. */
export const PICTURE_TRACK = 1;

export const typeAt = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));

export function* boxes(view: DataView, start: number, end: number): Generator<Box> {
  for (let at = start; at + 8 <= end;) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > end) return;
    yield { type: typeAt(view, at), at, end: at + size };
    at += size;
  }
}

export function boxIn(view: DataView, parent: Box, type: string): Box | null {
  for (const box of boxes(view, parent.at + 8, parent.end)) if (box.type === type) return box;
  return null;
}

export function trackOfTrak(view: DataView, trak: Box): number {
  const tkhd = boxIn(view, trak, 'tkhd');
  // version 1 has 64-bit times before it (8.3.2)
  return tkhd ? view.getUint32(tkhd.at + (view.getUint8(tkhd.at + 8) === 1 ? 28 : 20)) : 0;
}

export function trackOfTraf(view: DataView, traf: Box): number {
  const tfhd = boxIn(view, traf, 'tfhd');
  return tfhd ? view.getUint32(tfhd.at + 12) : 0;
}
