import type { AccessUnit, StreamFormat } from '../access-unit.ts';
import type { SourceSink } from '../source.ts';
import type { CodecRules } from './codec-rules.ts';
import { ParameterSets } from './parameter-sets.ts';

/** A 4K key frame at high quality is about 2 MiB; nothing larger is a picture of a camera. */
export const MAX_UNIT_BYTES = 8 * 1024 * 1024;
const FIRST_ROOM_BYTES = 16 * 1024;
const LENGTH_BYTES = 4;

export interface PictureBuilderOptions {
  rules: CodecRules;
  sink: SourceSink;
  /** What the session description says; it goes before what the stream says. */
  announcedFps: number | null;
  /** NAL units known before the stream begins. */
  parameterSets: readonly Uint8Array[];
}

export interface PictureTimes {
  pts: number;
  wallclock: number | null;
  clockOffsetMs: number | null;
  receivedAt: number;
}

/**
 * Collects NAL units to access units and hands out only what a decoder can show. All units are built in the same bytes,
 * which grow to the largest of them: a pull allocates nothing for what it receives, and a unit is lent for the call.
 *
 * After a loss nothing is handed out until the next key frame: pictures that build on a missing one would decode to
 * smears, and on this wall a still picture for a second is better than one that shows what did not happen.
 */
export class PictureBuilder {
  readonly #rules: CodecRules;
  readonly #sink: SourceSink;
  readonly #announcedFps: number | null;
  readonly #sets = new ParameterSets();
  #toldRevision = -1;
  #told: StreamFormat | null = null;

  /** The unit in work, from the first byte on. */
  #bytes = Buffer.alloc(0);
  #nalStart = 0;
  #at = 0;

  #key = false;
  #pictureNals = 0;
  #beginsWithFirstSlice = false;
  #tooLarge = false;
  /** Bytes went missing, and the packets that follow may belong to a unit whose beginning was among them. */
  #afterGap = false;
  #needKey = true;
  /** Whether all pictures since the one last handed out are there. */
  #unbroken = false;

  constructor({ rules, sink, announcedFps, parameterSets }: PictureBuilderOptions) {
    this.#rules = rules;
    this.#sink = sink;
    this.#announcedFps = announcedFps;
    for (const nal of parameterSets) this.#learn(nal);
  }

  /** Whether the unit in work holds a part of a picture, not just what goes before it. */
  get hasPicture(): boolean {
    return this.#pictureNals > 0 || this.#tooLarge;
  }

  /** Whether the unit in work starts where its picture starts: the first slice covers the first block. */
  get beginsWithFirstSlice(): boolean {
    return this.#beginsWithFirstSlice;
  }

  /** One whole NAL unit. */
  nal(bytes: Buffer, start: number, end: number): void {
    this.openNal();
    this.append(bytes, start, end);
    this.closeNal();
  }

  /** Begins a NAL unit that comes in pieces. An unfinished one is forgotten. */
  openNal(): void {
    this.#at = this.#nalStart;
    if (this.#reserve(LENGTH_BYTES)) this.#at += LENGTH_BYTES;
  }

  append(bytes: Buffer, start: number, end: number): void {
    if (!this.#reserve(end - start)) return;
    bytes.copy(this.#bytes, this.#at, start, end);
    this.#at += end - start;
  }

  appendByte(byte: number): void {
    if (!this.#reserve(1)) return;
    this.#bytes[this.#at] = byte;
    this.#at += 1;
  }

  closeNal(): void {
    const start = this.#nalStart + LENGTH_BYTES;
    if (this.#keep(start)) {
      this.#bytes.writeUInt32BE(this.#at - start, this.#nalStart);
      this.#nalStart = this.#at;
    } else {
      this.#at = this.#nalStart;
    }
  }

  /** The unit in work is whole. Nothing happens while it holds no picture. */
  complete(times: PictureTimes): void {
    if (!this.hasPicture) return;
    if (this.#tooLarge || (this.#afterGap && !this.#beginsWithFirstSlice)) return this.#drop();
    if (this.#key) this.#needKey = !this.#tellFormat();
    if (this.#needKey) return this.#drop();
    const unit: AccessUnit = {
      track: 'video',
      codec: this.#rules.codec,
      key: this.#key,
      pts: times.pts,
      wallclock: times.wallclock,
      clockOffsetMs: times.clockOffsetMs,
      follows: this.#unbroken,
      receivedAt: times.receivedAt,
      data: this.#bytes.subarray(0, this.#nalStart),
    };
    this.#unbroken = true;
    this.#begin();
    this.#sink.unit(unit);
  }

  /** Something of the stream is missing: the unit in work cannot be completed. */
  lose(): void {
    if (this.#at > 0 || this.hasPicture) this.#drop();
    this.#unbroken = false;
    this.#needKey = true;
    this.#afterGap = true;
  }

  #drop(): void {
    this.#needKey = true;
    this.#unbroken = false;
    this.#begin();
    this.#sink.dropped();
  }

  #begin(): void {
    this.#nalStart = this.#at = 0;
    this.#key = false;
    this.#pictureNals = 0;
    this.#beginsWithFirstSlice = false;
    this.#tooLarge = false;
    this.#afterGap = false;
  }

  /** Decides about the NAL unit just closed; false takes it out again. */
  #keep(start: number): boolean {
    const { headerBytes, role } = this.#rules;
    if (this.#tooLarge || this.#at - start <= headerBytes) return false;
    const kind = role(this.#bytes[start]!);
    if (kind === 'aside') return true;
    if (kind !== 'key' && kind !== 'slice') {
      if (kind !== 'noise') this.#learn(this.#bytes.subarray(start, this.#at));
      return false;
    }
    // first_mb_in_slice = 0 and first_slice_segment_in_pic_flag = 1 both are a leading 1 bit.
    if (this.#pictureNals === 0) this.#beginsWithFirstSlice = (this.#bytes[start + headerBytes]! & 0x80) !== 0;
    this.#pictureNals += 1;
    this.#key ||= kind === 'key';
    return true;
  }

  /** Remembers a parameter set; anything else is passed over. */
  #learn(nal: Uint8Array): void {
    const kind = this.#rules.role(nal[0] ?? 0);
    if (kind !== 'vps' && kind !== 'sps' && kind !== 'pps') return;
    const id = this.#rules.parameterSetId(kind, nal);
    if (id !== null) this.#sets.put(kind, id, nal);
  }

  /** Whether the decoder knows, or now has been told, what it needs for the key unit in work. */
  #tellFormat(): boolean {
    if (this.#toldRevision === this.#sets.revision) return true;
    const format = this.#rules.format(this.#sets, this.#announcedFps);
    if (!format) return false;
    this.#toldRevision = this.#sets.revision;
    if (this.#told && sameFormat(this.#told, format)) return true;
    this.#told = format;
    this.#sink.format(format);
    return true;
  }

  /** Makes room behind `#at`. */
  #reserve(bytes: number): boolean {
    const needed = this.#at + bytes;
    if (needed <= this.#bytes.length) return true;
    if (needed > MAX_UNIT_BYTES) {
      this.#tooLarge = true;
      return false;
    }
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_ROOM_BYTES, Math.min(2 * needed, MAX_UNIT_BYTES)));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
    return true;
  }
}

/** A camera may take turns with sets that all stay the same. */
function sameFormat(a: StreamFormat, b: StreamFormat): boolean {
  return a.description.equals(b.description) && a.width === b.width && a.height === b.height && a.fps === b.fps;
}
