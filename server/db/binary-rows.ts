/** A signature, flags, and the length of an extension, of which there is none. */
const HEADER = 19;

const NOTHING = Buffer.alloc(0);

/** A row where it lies among the bytes that came: nothing is made of it before it is asked for, and the next one lies there soon. */
export interface RowBytes {
  readonly bytes: Buffer;
  /** Where each column begins. */
  readonly starts: readonly number[];
  /** Of each column; -1 says null. */
  readonly lengths: readonly number[];
  /** Of the whole row. */
  readonly size: number;
}

/** Finds the rows in what `COPY ... TO STDOUT (FORMAT binary)` sends, however that is cut into pieces. */
export class BinaryRows implements RowBytes {
  bytes: Buffer = NOTHING;
  readonly starts: number[] = [];
  readonly lengths: number[] = [];
  size = 0;
  readonly #onRow: (row: RowBytes) => void;
  #isBehindHeader = false;

  /** `onRow` is given the same object for every row; `pg` writes over the bytes, so what is kept of them is to be copied. */
  constructor(onRow: (row: RowBytes) => void) {
    this.#onRow = onRow;
  }

  take(piece: Buffer): void {
    this.bytes = this.bytes.length === 0 ? piece : Buffer.concat([this.bytes, piece]);
    let at = 0;
    if (!this.#isBehindHeader && this.bytes.length >= HEADER) {
      at = HEADER;
      this.#isBehindHeader = true;
    }
    for (; this.#isBehindHeader && this.#locate(at); at += this.size) this.#onRow(this);
    this.bytes = at === this.bytes.length ? NOTHING : Buffer.from(this.bytes.subarray(at));
  }

  /** Whether the whole of a row begins here. The end is a row of -1 columns, behind which there is nothing. */
  #locate(start: number): boolean {
    const { bytes, starts, lengths } = this;
    let at = start + 2;
    if (at > bytes.length) return false;
    const columns = bytes.readInt16BE(start);
    for (let column = 0; column < columns; column += 1) {
      if (at + 4 > bytes.length) return false;
      const length = bytes.readInt32BE(at);
      at += 4;
      starts[column] = at;
      lengths[column] = length;
      if (length > 0) at += length;
    }
    this.size = at - start;
    return columns >= 0 && at <= bytes.length;
  }
}
