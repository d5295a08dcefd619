import { hash } from 'node:crypto';

/**
 * An entry as it is hashed, which is as the database gives it: texts alone, so that nothing is lost or rounded between
 * writing and verifying. In this order, for ever: seq, at, began, account, session, address, act, kind and id of the
 * subject, hall, reason, details.
 */
export type HashedFields = readonly [
  seq: string,
  at: string,
  began: string | null,
  account: string | null,
  session: string | null,
  address: string | null,
  act: string,
  subjectKind: string,
  subjectId: string,
  hallId: string | null,
  reason: string | null,
  details: string,
];

/** What the first entry follows. */
export const CHAIN_START = '0'.repeat(64);

/**
 * What is hashed: the hash of the entry before, in hex, and this entry, as a JSON array, which no text in it can break
 * out of. For verifying, stored-line.ts writes the same bytes.
 */
export function hashedLine(previous: string, fields: HashedFields): string {
  return JSON.stringify([previous, ...fields]);
}

/** SHA-256 of that, in hex. */
export function entryHash(previous: string, fields: HashedFields): string {
  return hash('sha256', hashedLine(previous, fields));
}

/** Seconds since 1970 as PostgreSQL's `extract(epoch from ...)` writes them: six digits behind the point. */
export function epochSeconds(epochMs: number): string {
  const ms = Math.trunc(epochMs);
  return `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}000`;
}
