import type { ChainReader, StoredEntry } from './walk.ts';

/**
 * The text that was hashed (canonical.ts), as PostgreSQL writes it: its array_to_json and our JSON.stringify agree on every
 * text that a database holds (tests/integration/audit/writer.test.ts), and one text is quicker to fetch than twelve.
 */
const line = `array_to_json(ARRAY[encode(previous, 'hex'), seq::text, extract(epoch from at)::text,
  extract(epoch from began)::text, account, session, address, act, subject_kind, subject_id, hall_id, reason,
  details::text])::text`;

/** Runs a query and gives its rows as arrays. */
export type QueryArrays = (text: string, values: unknown[]) => Promise<unknown[][]>;

/** Entries for walking, by their numbers. */
export function storedEntries(query: QueryArrays): ChainReader {
  const lines = `SELECT seq, ${line}, encode(hash, 'hex') FROM audit_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq`;
  return {
    after: async (behind) => {
      const [row] = await query('SELECT min(seq) FROM audit_entry WHERE seq > $1', [behind]);
      return row![0] as number | null;
    },
    between: async (behind, last) => (await query(lines, [behind, last])) as unknown as StoredEntry[],
  };
}
