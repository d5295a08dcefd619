import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#lib/app-error.ts';
import { deriveKey, loadSecret, readSecret, SecretBox, syncFolder, type SealPurpose } from '#lib/secret-box.ts';
import type { Database } from './database.ts';
import { sealedColumns } from './sealed-columns.ts';

export interface SecretPlace {
  db: Database;
  /** Where `secret.key` lies. */
  dataDir: string;
}

/** By what a secret is known again, and which tells nothing of it. */
export function markOf(secret: Buffer): Buffer {
  return deriveKey(secret, 'mark of the secret');
}

/**
 * The secret that what is sealed in this database is under; made where there is none. A change of it that was broken off
 * counts from the instant on at which the database had it. Throws CONFIG_INVALID where the file holds another one:
 * what was sealed would not open, and what is sealed from now on would be under two.
 */
export async function openSecret({ db, dataDir }: SecretPlace): Promise<Buffer> {
  const { path, next } = filesIn(dataDir);
  const coming = await readSecret(next);
  if (coming && (await markIn(db))?.equals(markOf(coming))) await settle(dataDir);
  const had = await readSecret(path);
  const secret = had ?? (await loadSecret(path));
  if (!had) {
    // the old one is lost, and with it what is under it: that has to be typed anew anyway
    await db.query('INSERT INTO sealed_under (mark) VALUES ($1) ON CONFLICT (one) DO UPDATE SET mark = $1', [
      markOf(secret),
    ]);
  } else {
    await db.query('INSERT INTO sealed_under (mark) VALUES ($1) ON CONFLICT DO NOTHING', [markOf(secret)]);
  }
  if ((await markIn(db))!.equals(markOf(secret))) return secret;
  throw new AppError(
    'CONFIG_INVALID',
    `${path} is not the key that this database is sealed with. Put that one there; where it is lost, move this one ` +
      'away: the next start makes a new key, and passwords of cameras, keys and second factors are set up anew',
  );
}

/** What was sealed anew, and what had not opened before either and stays as it was. */
export interface Resealed {
  sealed: number;
  unreadable: number;
}

/**
 * Puts everything that is sealed under a new secret. Only while nobody else works on the database and the folder. At every
 * instant the files hold the secret that the database is under: whatever ends this, it can be done again.
 */
export async function changeSecret({ db, dataDir }: SecretPlace): Promise<Resealed> {
  const before = await openSecret({ db, dataDir });
  // on the disk before anything is under it; one of a change that was broken off serves
  const after = await loadSecret(filesIn(dataDir).next);
  const total: Resealed = { sealed: 0, unreadable: 0 };
  await db.transaction(async (inside) => {
    for (const purpose of Object.keys(sealedColumns) as SealPurpose[]) {
      const { sealed, unreadable } = await reseal(inside, purpose, { before, after });
      total.sealed += sealed;
      total.unreadable += unreadable;
    }
    await inside.query('UPDATE sealed_under SET mark = $1', [markOf(after)]);
  });
  await settle(dataDir);
  return total;
}

async function reseal(
  db: Database,
  purpose: SealPurpose,
  { before, after }: { before: Buffer; after: Buffer },
): Promise<Resealed> {
  const at = sealedColumns[purpose];
  if (!at) return { sealed: 0, unreadable: 0 };
  const { table, column, context } = at;
  const rows = await db.query<{ context: string; sealed: Buffer }>(
    `SELECT ${context} AS context, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`,
  );
  const [from, to] = [new SecretBox(before, purpose), new SecretBox(after, purpose)];
  const anew = rows.flatMap((row) => {
    const text = from.open(row.sealed, row.context);
    return text === null ? [] : [{ context: row.context, sealed: to.seal(text, row.context) }];
  });
  await db.query(
    `UPDATE ${table} SET ${column} = anew.sealed FROM unnest($1::text[], $2::bytea[]) AS anew (context, sealed)
     WHERE ${context} = anew.context`,
    [anew.map((row) => row.context), anew.map((row) => row.sealed)],
  );
  return { sealed: anew.length, unreadable: rows.length - anew.length };
}

/** The new secret takes the place of the old one. */
async function settle(dataDir: string): Promise<void> {
  const { path, next } = filesIn(dataDir);
  await rename(next, path);
  await syncFolder(dataDir);
}

function filesIn(dataDir: string) {
  const path = join(dataDir, 'secret.key');
  return { path, next: `${path}.next` };
}

async function markIn(db: Database): Promise<Buffer | null> {
  const [row] = await db.query<{ mark: Buffer }>('SELECT mark FROM sealed_under');
  return row?.mark ?? null;
}
