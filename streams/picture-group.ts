import type { AccessUnit } from './access-unit.ts';

/** A group of pictures larger than this is not kept. */
export const MAX_GROUP_BYTES = 16 * 1024 * 1024;
export const MAX_GROUP_UNITS = 1500;
const PAGE_BYTES = 128 * 1024;

interface Place {
  readonly unit: Omit<AccessUnit, 'data'>;
  readonly page: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * The pictures since the last key frame. They lie one behind the other on pages that are written over from the first one on
 * at each key frame: a stream that goes on allocates nothing for it.
 */
export class PictureGroup {
  readonly #pages: Buffer[] = [];
  #page = 0;
  #used = 0;
  #bytes = 0;
  #places: Place[] = [];

  /** Copies the unit behind those that lead to it; without its key unit it helps nobody. */
  keep({ data, track, codec, key, pts, wallclock, clockOffsetMs, follows, receivedAt }: AccessUnit): void {
    if (key) this.#rewind();
    else if (this.#places.length === 0) return;
    this.#bytes += data.length;
    if (this.#bytes > MAX_GROUP_BYTES || this.#places.length === MAX_GROUP_UNITS) return this.#rewind();
    const page = this.#pageFor(data.length);
    const start = this.#used;
    this.#used += data.copy(page, start);
    // by name, as leaving one out of the rest costs as much as all else that is done here
    const unit = { track, codec, key, pts, wallclock, clockOffsetMs, follows, receivedAt };
    this.#places.push({ unit, page, start, end: this.#used });
  }

  /** In their order. The bytes are lent until the next unit is kept. */
  *units(): Generator<AccessUnit> {
    for (const { unit, page, start, end } of this.#places) yield { ...unit, data: page.subarray(start, end) };
  }

  /** What comes next hangs on none of them. Gives the memory back, as the stream may be away for long. */
  forget(): void {
    this.#rewind();
    this.#pages.length = 0;
  }

  #rewind(): void {
    this.#page = this.#used = this.#bytes = 0;
    this.#places = [];
  }

  /** One with room for so many bytes behind `#used`. */
  #pageFor(bytes: number): Buffer {
    if (this.#used > 0 && this.#used + bytes > this.#pages[this.#page]!.length) {
      this.#page += 1;
      this.#used = 0;
    }
    let page = this.#pages[this.#page];
    // In whole pages, as the next key picture may be a little larger than this one.
    if (!page || page.length < bytes)
      page = this.#pages[this.#page] = Buffer.allocUnsafeSlow(PAGE_BYTES * Math.ceil(bytes / PAGE_BYTES));
    return page;
  }
}
