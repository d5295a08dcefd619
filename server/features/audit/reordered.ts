import { entryHash, type HashedFields } from './canonical.ts';
import type { Finding } from './findings.ts';
import type { StoredEntry } from './walk.ts';

/** An entry whose hash is not its own. */
export interface Altered {
  seq: number;
  entry: StoredEntry;
}

/** Of more than these it is not asked where they came from. */
const MOST_COMPARED = 200;

/** Tells entries that stand at one another's place from those that were altered. */
export function reordered(altered: readonly Altered[]): Finding[] {
  const compared = altered.slice(0, MOST_COMPARED);
  return altered.map(({ seq, entry }): Finding => {
    const origin = compared.find((other) => other.seq !== seq && stoodAt(entry, other));
    if (origin) return { kind: 'reordered', from: seq, to: seq, origin: origin.seq };
    return { kind: 'altered', from: seq, to: seq };
  });
}

/** Whether it is whole at another number: with the hashes that it carries, or with those that were left there. */
function stoodAt(entry: StoredEntry, { seq, entry: there }: Altered): boolean {
  const fields = [String(seq), ...entry.slice(1, 12)] as unknown as HashedFields;
  return [entry, there].some((hashes) => entryHash(hashes[12], fields) === hashes[13]);
}
