import { createHash, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * Keys of devices. They are random, 128 bits, and never chosen by people, so that nobody can guess one and a slow hash
 * would protect nothing; it would only keep a fleet of 15,000 that reconnects at once waiting for minutes. What is stored
 * is what Mosquitto writes in its password files, PBKDF2-SHA512 with its own 101 rounds (0.1 ms), so that the same line
 * lets the device into either broker.
 */
const KEY_BYTES = 16;
const ROUNDS = 101;
const SALT_BYTES = 12;
const HASH_BYTES = 64;
/** A key that a device made itself is taken from this length on. */
export const LEAST_KEY_LENGTH = 22;
const STORED = /^\$7\$(\d{1,7})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/;

/** 22 characters that a technician can type. */
export function newDeviceKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** `$7$rounds$salt$hash`, salt and hash in base64. */
export function hashKey(key: string | Buffer): string {
  const salt = randomBytes(SALT_BYTES);
  const hash = pbkdf2Sync(key, salt, ROUNDS, HASH_BYTES, 'sha512');
  return `$7$${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

export function keyMatches(key: string | Buffer, stored: string): boolean {
  const [, rounds, salt, hash] = STORED.exec(stored) ?? [];
  if (rounds === undefined || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  return timingSafeEqual(
    pbkdf2Sync(key, Buffer.from(salt, 'base64'), Number(rounds), expected.length, 'sha512'),
    expected,
  );
}

/** By which two people make sure that they speak of the same key: the first 8 hex digits of its SHA-256. */
export function printOf(key: string | Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
