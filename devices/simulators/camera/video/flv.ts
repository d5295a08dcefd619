/** What the video encoder puts into its FLV output (Adobe FLV 10.1, annex E). */
export type FlvItem =
  | { type: 'parameters'; sets: ParameterSets }
  /** One coded picture as NAL units without start codes or lengths. */
  | { type: 'picture'; key: boolean; nals: Buffer[] };

/** Parameter sets as SDP and key frames carry them; H.265 has one more. */
export interface ParameterSets {
  vps?: Buffer;
  sps: Buffer;
  pps: Buffer;
}

const FILE_HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
const SIZE_BYTES = 4;
const VIDEO_TAG = 9;

/**
 * Cuts an FLV byte stream into parameter sets and pictures. FLV is read rather than a raw stream because each picture
 * says its length beforehand: it can leave at once instead of waiting for the next one to begin.
 */
export class FlvReader {
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Bytes before the next tag: the file header and the first "previous tag size". */
  #needed = FILE_HEADER_BYTES + SIZE_BYTES;
  #inHeader = true;

  /** Takes what has arrived and returns every item that is now whole. */
  push(chunk: Buffer): FlvItem[] {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes < this.#needed) return [];

    let bytes = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
    const items: FlvItem[] = [];
    for (;;) {
      if (this.#inHeader) {
        if (bytes.length < this.#needed) break;
        bytes = bytes.subarray(this.#needed);
        this.#inHeader = false;
      }
      this.#needed = TAG_HEADER_BYTES;
      if (bytes.length < this.#needed) break;
      const size = bytes.readUIntBE(1, 3);
      this.#needed = TAG_HEADER_BYTES + size + SIZE_BYTES;
      if (bytes.length < this.#needed) break;
      if (bytes[0] === VIDEO_TAG) {
        const item = readVideoTag(bytes.subarray(TAG_HEADER_BYTES, TAG_HEADER_BYTES + size));
        if (item) items.push(item);
      }
      bytes = bytes.subarray(this.#needed);
    }
    this.#pending = bytes.length > 0 ? [bytes] : [];
    this.#pendingBytes = bytes.length;
    return items;
  }
}

/** Annex E.4.3: frame type and codec, AVC packet type, composition time, then the data. */
function readVideoTag(tag: Buffer): FlvItem | null {
  if (tag.length < 5) return null;
  const body = tag.subarray(5);
  if (tag[1] === 0) return { type: 'parameters', sets: readAvcC(body) };
  if (tag[1] !== 1) return null;
  const nals: Buffer[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const length = body.readUInt32BE(at);
    nals.push(body.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { type: 'picture', key: tag[0]! >> 4 === 1, nals };
}

/** ISO/IEC 14496-15, 5.3.3.1: the first SPS and the first PPS; x264 writes one of each. */
function readAvcC(box: Buffer): ParameterSets {
  const spsLength = box.readUInt16BE(6);
  const ppsAt = 8 + spsLength + 1;
  const ppsLength = box.readUInt16BE(ppsAt);
  return {
    sps: Buffer.from(box.subarray(8, 8 + spsLength)),
    pps: Buffer.from(box.subarray(ppsAt + 2, ppsAt + 2 + ppsLength)),
  };
}
