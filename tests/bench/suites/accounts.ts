import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPool } from '../../../server/db/pool.ts';
import { SESSION_COOKIE } from '../../../server/features/accounts/session-cookie.ts';
import { silentLogger } from '../../../server/lib/logger.ts';
import { startHallwatch, type RunningHallwatch } from '../../helpers/hallwatch.ts';
import { embeddedDatabaseOf } from '../../helpers/kiosk-fleet.ts';
import { quantile, type FigurePrinter } from '../figures.ts';

const suite = 'accounts';
/** A province (DOMAIN.md of the field): cities, halls in each, people in all, and how many of them are signed in. */
const CITIES = 14;
const HALLS_OF_CITY = 9;
const ACCOUNTS = 41_000;
const SESSIONS = 6_000;
const LISTS = 300;
const SIGN_INS = 20;
const PASSWORD = 'root-password';

const tokenOf = (i: number) => `bench-token-${i}`;
const nameOf = (i: number) => `p${String(i).padStart(5, '0')}`;

/** How long lists and sign-ins take in a province: each list cut to where its reader may, each by another session. */
export async function accounts(printer: FigurePrinter): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-bench-accounts-'));
  try {
    const first = await startHallwatch({ dataDir });
    await settle(first);
    await first.stop();
    const began = performance.now();
    const house = await startHallwatch({ dataDir });
    const startMs = performance.now() - began;
    try {
      await measure(house, printer, startMs);
    } finally {
      await house.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Everybody has one role in one hall, every hundredth in his city; every city's first administers it. */
async function settle({ dataDir }: RunningHallwatch): Promise<void> {
  const db = createPool({ url: embeddedDatabaseOf(dataDir).url, log: silentLogger });
  await db.start();
  const city = `'c' || (i % ${CITIES})`;
  const hall = `'c' || (i % ${CITIES}) || '-h' || (i / ${CITIES} % ${HALLS_OF_CITY})`;
  const name = `'p' || lpad(i::text, 5, '0')`;
  await db.query(`INSERT INTO region (id, code, name) SELECT 'c' || i, lpad(i::text, 6, '9'), '{"zh": "市", "en": "City"}'
    FROM generate_series(0, ${CITIES - 1}) AS i`);
  await db.query(`INSERT INTO hall (id, region_id, name)
    SELECT DISTINCT ${hall}, ${city}, '{"zh": "厅", "en": "Hall"}'::jsonb FROM generate_series(0, 1000) AS i`);
  await db.query(`INSERT INTO account (username, display_name, password_hash)
    SELECT ${name}, 'Person ' || i, (SELECT password_hash FROM account WHERE username = 'root')
    FROM generate_series(0, ${ACCOUNTS - 1}) AS i`);
  await db.query(`INSERT INTO account_grant (username, role, region_id, hall_id, granted_at)
    SELECT ${name}, CASE WHEN i < ${CITIES} THEN 'administrator' WHEN i % 7 = 0 THEN 'supervisor' ELSE 'hall-manager' END,
      CASE WHEN i < ${CITIES} OR i % 100 = 0 THEN ${city} END, CASE WHEN i >= ${CITIES} AND i % 100 > 0 THEN ${hall} END, now()
    FROM generate_series(0, ${ACCOUNTS - 1}) AS i`);
  const hashes = Array.from({ length: SESSIONS }, (_, i) => createHash('sha256').update(tokenOf(i)).digest());
  await db.query(
    `INSERT INTO session (token_hash, username, created_at, last_used_at, confirmed_at, expires_at)
     SELECT hash, 'p' || lpad((n - 1)::text, 5, '0'), now(), now(), now(), now() + interval '1 day'
     FROM unnest($1::bytea[]) WITH ORDINALITY AS s (hash, n)`,
    [hashes],
  );
  await db.query('ANALYZE');
  await db.stop();
}

async function measure(house: RunningHallwatch, printer: FigurePrinter, startMs: number): Promise<void> {
  const load = `${ACCOUNTS} accounts, ${SESSIONS} sessions, ${CITIES * HALLS_OF_CITY} halls`;
  const ask = async (url: string, session: number) => {
    const began = performance.now();
    const answer = await fetch(house.url + url, { headers: { cookie: `${SESSION_COOKIE}=${tokenOf(session)}` } });
    await answer.text();
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return performance.now() - began;
  };
  const ms = (figure: string, samples: readonly number[], q: number, aim: number | null, note: string) =>
    printer.print({
      ...{ suite, figure, value: quantile(samples, q), unit: 'ms', note: `${note}; ${load}` },
      ...(aim !== null && { aim }),
    });

  const floor: number[] = [];
  for (let i = 0; i < LISTS; i += 1) floor.push(await ask('/healthz', i % CITIES));
  ms(
    'accounts.floor_p95_ms',
    floor,
    0.95,
    null,
    'a request that asks nothing: what this machine is busy with otherwise',
  );
  const lists: number[] = [];
  const halls: number[] = [];
  for (let i = 0; i < LISTS; i += 1) {
    const after = nameOf(Math.floor((i * ACCOUNTS) / LISTS));
    lists.push(await ask(`/api/accounts?after=${after}`, i % CITIES));
    halls.push(await ask('/api/halls', Math.floor((i * SESSIONS) / LISTS)));
  }
  ms('accounts.list_p95_ms', lists, 0.95, 50, 'a page of the accounts of a city, as its administrator');
  ms('accounts.halls_p95_ms', halls, 0.95, 50, 'the halls that one sees, each time another session, new to memory');
  const searches: number[] = [];
  for (let i = 0; i < 50; i += 1) searches.push(await ask(`/api/accounts?search=Person ${i * 7}`, i % CITIES));
  ms('accounts.search_p95_ms', searches, 0.95, null, 'a part of a name, in a city');

  const signIns: number[] = [];
  for (let i = 0; i < SIGN_INS; i += 1) {
    const began = performance.now();
    await house.rest.call('POST', '/api/session', { username: nameOf(i * 1999), password: PASSWORD });
    signIns.push(performance.now() - began);
  }
  ms('accounts.sign_in_p50_ms', signIns, 0.5, null, 'argon2id with 19 MiB and two passes included');
  ms('accounts.start_ms', [startMs], 0.5, null, 'start of the program, embedded database included');
}
