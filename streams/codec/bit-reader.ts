/**
 * Reads the bits of a NAL unit, leaving out emulation prevention bytes (H.264 7.4.1, H.265 7.4.2). Behind the end it
 * reads zeros and `overrun` is set, so that a parser of untrusted bytes needs one check at its end and cannot throw.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #endBit: number;
  #bit: number;
  #zeros = 0;
  overrun = false;

  /** Starts at byte `start`, which must not lie within an escaped sequence. */
  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#bit = start * 8;
    this.#endBit = bytes.length * 8;
  }

  bit(): number {
    if (this.#bit >= this.#endBit) {
      this.overrun = true;
      return 0;
    }
    const value = ((this.#bytes[this.#bit >> 3] ?? 0) >> (7 - (this.#bit & 7))) & 1;
    this.#bit += 1;
    if ((this.#bit & 7) === 0) {
      this.#zeros = this.#bytes[(this.#bit >> 3) - 1] === 0 ? this.#zeros + 1 : 0;
      this.#skipEscape();
    }
    return value;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** Unsigned, up to 32 bits. */
  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) value = value * 2 + this.bit();
    return value;
  }

  skip(count: number): void {
    for (let i = 0; i < count && !this.overrun; i += 1) this.bit();
  }

  /** Exp-Golomb, unsigned: ue(v). More than 31 leading zeros are no number of any syntax element: an overrun. */
  ue(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      zeros += 1;
      if (zeros > 31 || this.overrun) {
        this.overrun = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** Exp-Golomb, signed: se(v). */
  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : 0 - code / 2;
  }

  #skipEscape(): void {
    if (this.#zeros >= 2 && this.#bytes[this.#bit >> 3] === 3) {
      this.#bit += 8;
      this.#zeros = 0;
    }
  }
}
