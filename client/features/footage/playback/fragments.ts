import { boxes, PICTURE_TRACK, trackOfTraf, trackOfTrak, typeAt, type Box } from './boxes.ts';
import { flacFragment, flacHead, type G711Sound } from './g711-sound.ts';

/** Reading of our own files (fragmented MP4, ISO/IEC 14496-12) as they arrive: whole fragments, and when their pictures are. */

/** What becomes of the track of sound: it stays, it is hidden from the decoder without moving a byte, or G.711 becomes FLAC. */
export type SoundWay = 'kept' | 'hidden' | 'flac';

/** Of the picture, and of decode times in `FootageSegment`. */
export const TICKS_PER_SEC = 90_000;
/** No part of our files is larger; more means that this is none of them. */
const MAX_BOX_BYTES = 64 * 2 ** 20;

export interface Unit {
  /** `head`: what a decoder needs before the first fragment. */
  kind: 'head' | 'fragment';
  bytes: Uint8Array<ArrayBuffer>;
  /** Presentation times of its pictures, ticks since the first picture of the run. */
  pictures: number[];
}

/** Cuts what arrives in any pieces into the head (ftyp, moov) and fragments (all up to and with an mdat). */
export class FragmentReader {
  readonly #sound: SoundWay;
  /** What is made into FLAC; null where nothing is. */
  #g711: G711Sound | null;
  #rest = new Uint8Array(0);
  /** Bytes given out as whole units: where to read on in a file that grows. */
  taken = 0;

  /** `after`: who read the same file up to here. */
  constructor({ sound, after = null }: { sound: SoundWay; after?: FragmentReader | null }) {
    this.#sound = sound;
    this.#g711 = after ? after.#g711 : null;
    this.taken = after?.taken ?? 0;
  }

  /** The units that are whole now. Throws where the bytes are no MP4. */
  push(chunk: Uint8Array): Unit[] {
    const all = new Uint8Array(this.#rest.length + chunk.length);
    all.set(this.#rest);
    all.set(chunk, this.#rest.length);
    const units: Unit[] = [];
    let start = 0;
    for (let end = this.#unitEnd(all, start); end !== null; end = this.#unitEnd(all, start)) {
      units.push(this.#unit(all.slice(start, end)));
      start = end;
    }
    this.taken += start;
    this.#rest = all.slice(start);
    return units;
  }

  #unitEnd(bytes: Uint8Array<ArrayBuffer>, start: number): number | null {
    const view = new DataView(bytes.buffer);
    for (let at = start; at + 8 <= bytes.length;) {
      const size = view.getUint32(at);
      if (size < 8 || size > MAX_BOX_BYTES) throw new Error('not fragmented MP4');
      const type = typeAt(view, at);
      at += size;
      if (at > bytes.length) return null;
      if (type === 'moov' || type === 'mdat') return at;
    }
    return null;
  }

  #unit(bytes: Uint8Array<ArrayBuffer>): Unit {
    const view = new DataView(bytes.buffer);
    const hidden = this.#sound === 'hidden';
    for (const box of boxes(view, 0, bytes.length)) {
      if (box.type === 'moov') {
        if (hidden) hideSound(view, box, 'trak', trackOfTrak);
        const made = this.#sound === 'flac' ? flacHead(bytes) : null;
        this.#g711 = made?.sound ?? null;
        return { kind: 'head', bytes: made?.bytes ?? bytes, pictures: [] };
      }
      if (box.type !== 'moof') continue;
      if (hidden) hideSound(view, box, 'traf', trackOfTraf);
      const pictures = picturesOf(view, box);
      return { kind: 'fragment', bytes: this.#g711 ? flacFragment(bytes, this.#g711) : bytes, pictures };
    }
    return { kind: 'fragment', bytes, pictures: [] };
  }
}

/** Its box becomes free space (8.1.2): nothing moves, so offsets stay true. */
function hideSound(view: DataView, parent: Box, type: string, track: (view: DataView, box: Box) => number): void {
  for (const box of boxes(view, parent.at + 8, parent.end)) {
    if (box.type === type && track(view, box) !== PICTURE_TRACK) view.setUint32(box.at + 4, 0x66726565);
  }
}

function picturesOf(view: DataView, moof: Box): number[] {
  for (const box of boxes(view, moof.at + 8, moof.end)) {
    if (box.type === 'traf' && trackOfTraf(view, box) === PICTURE_TRACK) return picturesOfTraf(view, box);
  }
  return [];
}

/** From track fragment header, decode time and runs (8.8.7, 8.8.12, 8.8.8). */
function picturesOfTraf(view: DataView, traf: Box): number[] {
  let time = 0;
  let usual = 0;
  const pictures: number[] = [];
  for (const { type, at } of boxes(view, traf.at + 8, traf.end)) {
    const flags = view.getUint32(at + 8) & 0xffffff;
    if (type === 'tfhd' && flags & 0x8) {
      usual = view.getUint32(at + 16 + (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0));
    }
    if (type === 'tfdt') {
      time = view.getUint8(at + 8) === 1 ? Number(view.getBigUint64(at + 12)) : view.getUint32(at + 12);
    }
    if (type !== 'trun') continue;
    const count = view.getUint32(at + 12);
    let entry = at + 16 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0);
    const step = [0x100, 0x200, 0x400, 0x800].reduce((sum, flag) => sum + (flags & flag ? 4 : 0), 0);
    for (let i = 0; i < count; i += 1, entry += step) {
      const shift = flags & 0x800 ? view.getInt32(entry + step - 4) : 0;
      pictures.push(time + shift);
      time += flags & 0x100 ? view.getUint32(entry) : usual;
    }
  }
  return pictures;
}
