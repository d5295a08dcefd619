import { entryHash, type HashedFields } from './canonical.ts';
import type { Finding } from './findings.ts';

/** An entry whose hash is not its own. */
export interface Altered {
  seq: number;
  /** What should hash to it. */
  line: string;
  hash: string;
}

/** Of more than these it is not asked where they came from. */
const MOST_COMPARED = 200;

/** Tells entries that stand at one another's place from those that were altered. */
export function reordered(altered: readonly Altered[]): Finding[] {
  const all = altered.map(taken);
  const compared = all.slice(0, MOST_COMPARED);
  return all.map((entry): Finding => {
    const { seq } = entry;
    const origin = compared.find((other) => other.seq !== seq && stoodAt(entry, other));
    if (origin) return { kind: 'reordered', from: seq, to: seq, origin: origin.seq };
    return { kind: 'altered', from: seq, to: seq };
  });
}

type Taken = Omit<Altered, 'line'> & { previous: string; fields: HashedFields };

function taken({ line, ...entry }: Altered): Taken {
  const [previous, ...fields] = JSON.parse(line) as [string, ...HashedFields];
  return { ...entry, previous, fields };
}

/** Whether it is whole at another number: with the hashes that it carries, or with those that were left there. */
function stoodAt(entry: Taken, there: Taken): boolean {
  const fields = entry.fields.with(0, String(there.seq)) as unknown as HashedFields;
  return [entry, there].some(({ previous, hash }) => entryHash(previous, fields) === hash);
}
