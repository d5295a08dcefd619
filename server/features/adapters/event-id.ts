import { createHash } from 'node:crypto';

const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A ULID that is the same whenever the same is said: the time of the event, and 80 bits of what was said instead of chance.
 * A message that comes again is so known as a repetition.
 * @param at when it happened, epoch ms
 */
export function eventIdOf(at: number, parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return `${base32(BigInt(at), 10)}${base32(BigInt(`0x${hash.digest('hex').slice(0, 20)}`), 16)}`;
}

function base32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = DIGITS[Number(rest & 31n)]! + text;
  return text;
}
