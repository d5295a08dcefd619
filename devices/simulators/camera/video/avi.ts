import type { FlvItem } from './flv.ts';

/** Nothing that an encoder writes is longer. */
const MAX_CHUNK_BYTES = 16 * 1024 * 1024;
const VIDEO_CHUNK = '00dc';
const LIST_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** H.265 NAL unit types (ITU-T H.265, table 7-1). */
const VPS = 32;
const SPS = 33;
const PPS = 34;
const FIRST_IRAP = 16;
const LAST_IRAP = 23;
const PREFIX_SEI = 39;

/**
 * Cuts an AVI stream of H.265 into parameter sets and pictures. AVI is read as it is the simplest form in which ffmpeg 5
 * says the length of an H.265 picture before it; its FLV cannot hold H.265.
 */
export class AviReader {
  #bytes: Buffer = Buffer.alloc(0);
  #known = '';

  /** Takes what has arrived and returns every item that is now whole. */
  push(chunk: Buffer): FlvItem[] {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const items: FlvItem[] = [];
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < LIST_HEADER_BYTES) break;
      const name = bytes.toString('latin1', 0, 4);
      // Lists are entered: their chunks follow one another.
      if (name === 'RIFF' || name === 'LIST') {
        this.#bytes = bytes.subarray(LIST_HEADER_BYTES);
        continue;
      }
      const size = bytes.readUInt32LE(4);
      if (size > MAX_CHUNK_BYTES) throw new Error(`an AVI chunk of ${size} bytes`);
      const end = CHUNK_HEADER_BYTES + size + (size % 2);
      if (bytes.length < end) break;
      if (name === VIDEO_CHUNK)
        items.push(...this.#read(bytes.subarray(CHUNK_HEADER_BYTES, CHUNK_HEADER_BYTES + size)));
      this.#bytes = bytes.subarray(end);
    }
    return items;
  }

  #read(picture: Buffer): FlvItem[] {
    const all = nalsOf(picture);
    const of = (type: number) => all.find((nal) => typeOf(nal) === type);
    const [vps, sps, pps] = [of(VPS), of(SPS), of(PPS)];
    const nals = all.filter((nal) => typeOf(nal) < VPS);
    if (nals.length === 0) return [];
    const key = nals.some((nal) => typeOf(nal) >= FIRST_IRAP && typeOf(nal) <= LAST_IRAP);
    const items: FlvItem[] = [{ type: 'picture', key, nals }];
    if (!vps || !sps || !pps) return items;
    const fresh = Buffer.concat([vps, sps, pps]).toString('base64');
    if (fresh !== this.#known) items.unshift({ type: 'parameters', sets: { vps, sps, pps } });
    this.#known = fresh;
    return items;
  }
}

const typeOf = (nal: Buffer): number => (nal[0]! >> 1) & 0x3f;

/** The NAL units between start codes (H.265, annex B). */
function nalsOf(bytes: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let from = -1;
  for (let at = bytes.indexOf(START_CODE); at >= 0; at = bytes.indexOf(START_CODE, at + 3)) {
    if (from >= 0) nals.push(withoutTail(bytes.subarray(from, at)));
    from = at + START_CODE.length;
  }
  if (from >= 0) nals.push(withoutTail(bytes.subarray(from)));
  return nals.filter((nal) => nal.length > 2 && typeOf(nal) !== PREFIX_SEI);
}

const START_CODE = Buffer.from([0, 0, 1]);

/** A start code of four bytes leaves its first zero at the end of the unit before. */
function withoutTail(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return Buffer.from(nal.subarray(0, end));
}
