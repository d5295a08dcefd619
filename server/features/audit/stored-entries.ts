import { hash } from 'node:crypto';
import type { BulkReader, RowBytes } from '../../db/database.ts';
import { int8, lineColumns, StoredLine } from './stored-line.ts';
import type { ChainReader, StoredEntry } from './walk.ts';

const [PREVIOUS, SEQ, HASH] = [0, 1, 13];

/** Entries for walking, by their numbers. */
export function storedEntries(db: BulkReader): ChainReader {
  const line = new StoredLine();
  return {
    after: async (behind) => {
      const [row] = await db.query<{ seq: number | null }>('SELECT min(seq) AS seq FROM audit_entry WHERE seq > $1', [
        behind,
      ]);
      return row!.seq;
    },
    between: (behind, last, onEntry) => db.copyOut(entriesBetween(behind, last), (row) => onEntry(entryOf(row, line))),
  };
}

/** COPY takes no parameters: that these are whole numbers is all that it needs. */
function entriesBetween(behind: number, last: number): string {
  if (![behind, last].every(Number.isSafeInteger)) throw new RangeError(`entry ${last} has a number of no entry`);
  return `SELECT ${lineColumns}, hash FROM audit_entry WHERE seq > ${behind} AND seq <= ${last} ORDER BY seq`;
}

function entryOf(row: RowBytes, line: StoredLine): StoredEntry {
  const { bytes, starts, lengths } = row;
  const hex = (column: number) => bytes.toString('hex', starts[column]!, starts[column]! + lengths[column]!);
  const written = line.of(row);
  const stored = hex(HASH);
  return {
    seq: int8(bytes, starts[SEQ]!),
    previous: hex(PREVIOUS),
    hash: stored,
    alteredLine: hash('sha256', written) === stored ? null : written.toString(),
  };
}
