import { hash } from 'node:crypto';
import type { BulkReader, Database, RowBytes } from '../../db/database.ts';
import { int8, lineColumns, StoredLine } from './stored-line.ts';
import { StretchLook, type StoredEntry, type Stretch, type StretchRequest } from './stretch.ts';
import type { ChainReader } from './walk.ts';

const [PREVIOUS, SEQ, HASH] = [0, 1, 13];

/** Of the largest entries half a gigabyte, which has to come within a statement's time. */
export const ENTRIES_AT_A_TIME = 50_000;

/** The chain in the database, looked at by this thread. */
export function storedEntries(db: BulkReader): ChainReader {
  return {
    entriesAtATime: ENTRIES_AT_A_TIME,
    atOnce: 1,
    after: (behind) => numberAfter(db, behind),
    look: (request) => lookAt(db, request),
  };
}

/** The number of the first entry behind another one; null where there is none. */
export async function numberAfter(db: Database, behind: number): Promise<number | null> {
  const [row] = await db.query<{ seq: number | null }>('SELECT min(seq) AS seq FROM audit_entry WHERE seq > $1', [
    behind,
  ]);
  return row!.seq;
}

export async function lookAt(db: BulkReader, { behind, last, marked }: StretchRequest): Promise<Stretch> {
  const line = new StoredLine();
  const look = new StretchLook(marked);
  await db.copyOut(entriesBetween(behind, last), (row) => look.at(entryOf(row, line)));
  return look.stretch;
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
