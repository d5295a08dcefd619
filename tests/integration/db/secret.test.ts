import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretBox, type SealPurpose } from '#lib/secret-box.ts';
import { sealedColumns } from '../../../server/db/sealed-columns.ts';
import { changeSecret, openSecret } from '../../../server/db/secret.ts';
import { openTestDatabase, type TestDatabase } from '../../helpers/database.ts';

const SETTLED = ['secret.key'];
const command = resolve(import.meta.dirname, '../../../server/change-key.ts');

/** A row for everything that is sealed; `$1` is what is sealed, and stands beside for whom. */
const rows: Record<Exclude<SealPurpose, 'identity errand'>, [context: string, insert: string]> = {
  'camera passwords': [
    'cam',
    `INSERT INTO camera (id, hall_id, name, purpose, password_sealed) VALUES ('cam', 'hall', 'Cam', 'window', $1)`,
  ],
  'exchange key': ['src', `INSERT INTO exchange_source VALUES ('src', '{}', '{}', '{}', 24, $1)`],
  'contact of a citizen': [
    'm1',
    `INSERT INTO matter (id, kind, number, state, title, text, region_id, reply_days, acts, made_at, contact)
     VALUES ('m1', 'complaint', 'n1', 'open', '', '', 'region', 1, 0, now(), $1)`,
  ],
  'alert outputs': ['out', `INSERT INTO alert_output VALUES ('out', 'Out', true, 'en', '{}', false, 1, '{}', $1)`],
  'footage stores': [
    'vol',
    `INSERT INTO footage_volume (id, path, tier, quota_bytes, store_region, store_key_id, store_secret_key)
     VALUES ('vol', 'https://store/bucket', 2, 1, 'r', 'k', $1)`,
  ],
  'identity provider': ['identity provider', `INSERT INTO identity_provider VALUES (true, '{}', $1)`],
  'second factor': ['lin', `INSERT INTO account_totp VALUES ('lin', $1)`],
};
const purposes = Object.keys(rows) as (keyof typeof rows)[];

let base: TestDatabase;
let dataDir: string;
let place: { db: TestDatabase['db']; dataDir: string };

beforeAll(async () => {
  base = await openTestDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hallwatch-secret-'));
  place = { db: base.db, dataDir };
  await base.db.query(`INSERT INTO region VALUES ('region', '330000', '{}', NULL, NULL)`);
  await base.db.query(`INSERT INTO hall (id, region_id, name) VALUES ('hall', 'region', '{}')`);
  await base.db.query(`INSERT INTO account (username, display_name, password_hash) VALUES ('lin', 'Lin', '')`);
  const secret = await openSecret(place);
  for (const purpose of purposes) {
    const [context, insert] = rows[purpose];
    await base.db.query(insert, [new SecretBox(secret, purpose).seal(`what is ${purpose}`, context)]);
  }
});
afterAll(async () => {
  await base.close();
  await rm(dataDir, { recursive: true });
});

/** What the key that a start finds opens; everything, or the change of the key lost something. */
async function opened(): Promise<(string | null)[]> {
  const secret = await openSecret(place);
  return Promise.all(
    purposes.map(async (purpose) => {
      const { table, column } = sealedColumns[purpose]!;
      const [row] = await base.db.query<{ sealed: Buffer }>(`SELECT ${column} AS sealed FROM ${table}`);
      return new SecretBox(secret, purpose).open(row!.sealed, rows[purpose][0]);
    }),
  );
}
const everything = purposes.map((purpose) => `what is ${purpose}`);
const key = () => readFile(join(dataDir, 'secret.key'));

describe('a change of the key', () => {
  let before: Buffer;
  beforeEach(async () => {
    before = await key();
  });

  it('puts everything that is sealed under a new one, and leaves the old one nowhere', async () => {
    expect(await changeSecret(place)).toEqual({ sealed: purposes.length, unreadable: 0 });
    expect(await opened()).toEqual(everything);
    expect((await key()).equals(before)).toBe(false);
    expect(await readdir(dataDir)).toEqual(SETTLED);
  });

  it('leaves alone what the old one did not open either', async () => {
    const foreign = randomBytes(40);
    await base.db.query('UPDATE camera SET password_sealed = $1', [foreign]);
    expect(await changeSecret(place)).toEqual({ sealed: purposes.length - 1, unreadable: 1 });
    const [camera] = await base.db.query<{ sealed: Buffer }>('SELECT password_sealed AS sealed FROM camera');
    expect(camera!.sealed.equals(foreign)).toBe(true);
    const box = new SecretBox(await openSecret(place), 'camera passwords');
    await base.db.query('UPDATE camera SET password_sealed = $1', [box.seal('what is camera passwords', 'cam')]);
  });

  it('that is killed half-way has changed nothing, and is done by the next one', async () => {
    // the last table that it comes to is kept from it
    const holder = new pg.Client({ connectionString: base.url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE account_totp IN ACCESS EXCLUSIVE MODE');
    const env = { ...process.env, DATABASE_URL: base.url, HALLWATCH_DATA: dataDir };
    const child = spawn(process.execPath, [command], { env, stdio: 'ignore' });
    const ended = once(child, 'close');
    const waits = () => holder.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'account_totp'::regclass`);
    await expect.poll(async () => (await waits()).rowCount, { timeout: 15_000 }).toBe(1);
    child.kill('SIGKILL');
    await ended;
    await holder.end();

    expect(await readdir(dataDir)).toEqual(['secret.key', 'secret.key.next']);
    expect((await key()).equals(before)).toBe(true);
    expect(await opened()).toEqual(everything);
    expect(await changeSecret(place)).toEqual({ sealed: purposes.length, unreadable: 0 });
    expect(await opened()).toEqual(everything);
    expect(await readdir(dataDir)).toEqual(SETTLED);
  });

  it('that is killed behind the commit is finished by the next start', async () => {
    const old = join(dataDir, 'old');
    await copyFile(join(dataDir, 'secret.key'), old);
    await changeSecret(place);
    const after = await key();
    // the files as they were when the database had it
    await rename(join(dataDir, 'secret.key'), join(dataDir, 'secret.key.next'));
    await rename(old, join(dataDir, 'secret.key'));
    expect(await opened()).toEqual(everything);
    expect((await key()).equals(after)).toBe(true);
    expect(await readdir(dataDir)).toEqual(SETTLED);
  });
});

it('a key that is not the one is refused, and one that is lost begins anew', async () => {
  const right = await key();
  await writeFile(join(dataDir, 'secret.key'), randomBytes(32));
  await expect(openSecret(place)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await writeFile(join(dataDir, 'secret.key'), right);
  expect((await openSecret(place)).equals(right)).toBe(true);
  await rm(join(dataDir, 'secret.key'));
  await openSecret(place);
  expect(await opened()).toEqual(purposes.map(() => null));
});
