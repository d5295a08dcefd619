import type { ReadEntries, StoredEntry } from './walk.ts';

/** Everything as text, in the order in which it is hashed. */
const fields = `seq::text, extract(epoch from at)::text, extract(epoch from began)::text, account, session, address,
  act, subject_kind, subject_id, hall_id, reason, details::text, encode(previous, 'hex'), encode(hash, 'hex')`;

/** Runs a query and gives its rows as arrays. */
export type QueryArrays = (text: string, values: unknown[]) => Promise<unknown[][]>;

/** Entries for walking, by their numbers. */
export function storedEntries(query: QueryArrays): ReadEntries {
  return async (behind, limit) => {
    const text = `SELECT ${fields} FROM audit_entry WHERE audit_entry.seq > $1 ORDER BY audit_entry.seq LIMIT $2`;
    return (await query(text, [behind, limit])) as unknown as StoredEntry[];
  };
}
