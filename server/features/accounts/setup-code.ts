import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U to mistake for other characters. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 130 random bits as 26 characters in groups, for reading from a console and typing into a browser. */
export function makeSetupCode(): string {
  // 256 is a multiple of 32, so the remainder of a byte is evenly spread
  const characters = [...randomBytes(26)].map((byte) => ALPHABET[byte % 32]!);
  return [0, 5, 10, 15, 20].map((from, i) => characters.slice(from, i === 4 ? 26 : from + 5).join('')).join('-');
}

/** The one-time code of the first start. Only its hash is kept, and only in memory. */
export class SetupCode {
  readonly #digest: Buffer;

  constructor(code: string) {
    this.#digest = digest(code);
  }

  matches(typed: string): boolean {
    return timingSafeEqual(this.#digest, digest(typed));
  }
}

/** Case, spaces and dashes do not matter, nor a letter that looks like a digit. */
function digest(code: string): Buffer {
  const plain = code.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  return createHash('sha256').update(plain).digest();
}
