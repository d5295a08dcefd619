import type { RowBytes } from '../../db/database.ts';

/** What a line is made of, in its order (canonical.ts); what else is selected stands behind it. */
export const lineColumns = `previous, seq, at, began, account, session, address, act, subject_kind, subject_id,
  hall_id, reason, details`;
const COLUMNS = lineColumns.split(',').length;
const [PREVIOUS, SEQ, AT, BEGAN] = [0, 1, 2, 3];

/** A control character becomes \u0000, and a null of four bytes (its length) is still shorter: nothing grows by more. */
const MOST_GROWTH = 6;
/** From 1970, where Unix begins to count, to 2000, where PostgreSQL does. */
const MICROSECONDS_TO_2000 = 946_684_800_000_000;

const [QUOTE, COMMA, OPEN, CLOSE, BACKSLASH, POINT, ZERO, U] = Buffer.from('",[]\\.0u') as unknown as Bytes;
type Bytes = [number, number, number, number, number, number, number, number];
const NULL = Buffer.from('null').readUInt32BE();
const hexDigits = Buffer.from('0123456789abcdef');
/** The letter that JSON.stringify writes behind a backslash in place of a byte; 0 for those that stand for themselves. */
const letters = Uint8Array.from({ length: 256 }, (_, byte) => {
  const written = JSON.stringify(String.fromCharCode(byte));
  return written[1] === '\\' ? written.charCodeAt(2) : 0;
});

/**
 * Writes the lines of entries (canonical.ts: the same bytes as `hashedLine`) as they come from the database, one over the
 * other: a chain has many millions, and those that are sound are hashed without ever being a text. The functions of the
 * database for JSON, hex and times have no part in it: whoever is under suspicion might have replaced them.
 */
export class StoredLine {
  #line: Buffer = Buffer.allocUnsafeSlow(16_384);

  /** Of an entry, of which `lineColumns` come first. Valid until the next one is written. */
  of({ bytes, starts, lengths, size }: RowBytes): Buffer {
    if (this.#line.length < size * MOST_GROWTH) this.#line = Buffer.allocUnsafeSlow(size * MOST_GROWTH);
    const line = this.#line;
    let end = 0;
    for (let column = 0; column < COLUMNS; column += 1) {
      line[end++] = column === 0 ? OPEN : COMMA;
      const [start, length] = [starts[column]!, lengths[column]!];
      if (length === -1) {
        end = line.writeUInt32BE(NULL, end);
        continue;
      }
      line[end++] = QUOTE;
      if (column === PREVIOUS) end = putHex(line, end, bytes, start, start + length);
      else if (column === SEQ) end = putInteger(line, end, bytes, start);
      else if (column === AT || column === BEGAN) end = putSeconds(line, end, bytes, start);
      else end = putText(line, end, bytes, start, start + length);
      line[end++] = QUOTE;
    }
    line[end++] = CLOSE;
    return line.subarray(0, end);
  }
}

/** An int8; beyond 2^53 what comes nearest. */
export function int8(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
}

// Each of these writes behind `end`, and gives the new end.

function putText(line: Buffer, end: number, bytes: Buffer, start: number, until: number): number {
  for (let at = start; at < until; at += 1) {
    const byte = bytes[at]!;
    const letter = letters[byte]!;
    if (letter === 0) {
      line[end++] = byte;
      continue;
    }
    line[end++] = BACKSLASH;
    line[end++] = letter;
    if (letter === U) end = putHex(line, putDigits(line, end, 0, 2), bytes, at, at + 1);
  }
  return end;
}

function putHex(line: Buffer, end: number, bytes: Buffer, start: number, until: number): number {
  for (let at = start; at < until; at += 1) {
    line[end++] = hexDigits[bytes[at]! >> 4]!;
    line[end++] = hexDigits[bytes[at]! & 15]!;
  }
  return end;
}

function putInteger(line: Buffer, end: number, bytes: Buffer, at: number): number {
  const value = int8(bytes, at);
  if (isUsual(value)) return putWhole(line, end, value);
  return end + line.write(String(bytes.readBigInt64BE(at)), end);
}

function putSeconds(line: Buffer, end: number, bytes: Buffer, at: number): number {
  const micros = int8(bytes, at) + MICROSECONDS_TO_2000;
  if (!isUsual(micros)) return end + line.write(unusualSeconds(bytes.readBigInt64BE(at)), end);
  const seconds = Math.floor(micros / 1e6);
  end = putWhole(line, end, seconds);
  line[end++] = POINT;
  return putDigits(line, end, micros - seconds * 1e6, 6);
}

/** Whether it is of the numbers that entries really have (times until 2112), which divide without rounding up. */
function isUsual(value: number): boolean {
  return value >= 0 && value < 2 ** 52;
}

function putWhole(line: Buffer, end: number, value: number): number {
  if (value >= 1e9) {
    // whole numbers of 32 bits are the quick ones
    const high = Math.floor(value / 1e9);
    return putDigits(line, putWhole(line, end, high), value - high * 1e9, 9);
  }
  let digits = 1;
  for (let least = 10; least <= value; least *= 10) digits += 1;
  return putDigits(line, end, value, digits);
}

function putDigits(line: Buffer, end: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let at = end + digits - 1; at >= end; at -= 1) {
    const tens = (rest / 10) | 0;
    line[at] = ZERO + rest - tens * 10;
    rest = tens;
  }
  return end + digits;
}

/** Times that nobody wrote, before 1970 or far from now: as PostgreSQL's `extract(epoch from ...)`, where it does not round. */
function unusualSeconds(since2000: bigint): string {
  if (since2000 === 2n ** 63n - 1n) return 'Infinity';
  if (since2000 === -(2n ** 63n)) return '-Infinity';
  const micros = since2000 + BigInt(MICROSECONDS_TO_2000);
  const digits = String(micros < 0n ? -micros : micros).padStart(7, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}
