import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool } from '../../../server/db/pool.ts';
import { systemClock } from '../../../server/lib/clock.ts';
import { silentLogger } from '../../../server/lib/logger.ts';

/** One folder for all tests, closed to other users as a home or /root is. */
let dataDir: string;
const owners: ChildProcess[] = [];
const databases: EmbeddedDatabase[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'hallwatch-embedded-'));
  const { url } = await open().start();
  await migrate({ url, log: silentLogger });
  await run(url, 'CREATE TABLE kept (n int)');
  await closeAll();
});
afterEach(closeAll);
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

async function closeAll(): Promise<void> {
  for (const database of databases.splice(0)) await database.stop();
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
}

function open(): EmbeddedDatabase {
  const database = new EmbeddedDatabase({ dataDir, log: silentLogger, clock: systemClock });
  databases.push(database);
  return database;
}

/** The same in a process of its own, which can be killed. */
async function openElsewhere(): Promise<{ owner: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL('./embedded-owner.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  owners.push(owner);
  const [url] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  return { owner, url };
}

async function run<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

function postmasterPid(): number {
  return Number.parseInt(readFileSync(join(dataDir, 'database/cluster/postmaster.pid'), 'utf8'), 10);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

/** A dead process that nobody has collected yet is no longer alive. */
function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

const gone = (pid: number) => vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000, interval: 20 });

test('takes connections by password only, and keeps its data over a restart', async () => {
  const first = open();
  const { url } = await first.start();
  expect(await first.start()).toEqual({ url });
  await run(url, 'INSERT INTO kept VALUES (1)');
  const wrong = new URL(url);
  wrong.password = 'guess';
  await expect(run(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  const pid = postmasterPid();
  await first.stop();
  await first.stop();
  expect(isAlive(pid)).toBe(false);

  const { url: again } = await first.start();
  expect(await run(again, 'SELECT n FROM kept WHERE n = 1')).toHaveLength(1);
});

test('keeps its folder to itself', async () => {
  await open().start();
  for (const part of ['database', 'database/cluster', 'database/log']) {
    expect(statSync(join(dataDir, part)).mode & 0o077).toBe(0);
  }
  expect(statSync(join(dataDir, 'database/password')).mode & 0o077).toBe(0);
});

test('a data folder belongs to one Hallwatch at a time', async () => {
  await openElsewhere();
  await expect(open().start()).rejects.toMatchObject({ code: 'DATA_IN_USE' });
});

test('ends with a killed owner, and the next start has every committed row', async () => {
  const { owner, url } = await openElsewhere();
  await run(url, 'INSERT INTO kept VALUES (2)');
  const pid = postmasterPid();
  owner.kill('SIGKILL');
  await gone(pid);
  const { url: next } = await open().start();
  expect(await run(next, 'SELECT n FROM kept WHERE n = 2')).toHaveLength(1);
});

test('ends what a killed owner with a killed guard left running', async () => {
  const { owner, url } = await openElsewhere();
  await run(url, 'INSERT INTO kept VALUES (3)');
  const pid = postmasterPid();
  const guards = childrenOf(owner.pid!).filter((child) => child !== pid);
  expect(guards).toHaveLength(1);
  for (const victim of [...guards, owner.pid!]) process.kill(victim, 'SIGKILL');
  await once(owner, 'exit');
  expect(isAlive(pid)).toBe(true);
  const { url: next } = await open().start();
  expect(isAlive(pid)).toBe(false);
  expect(await run(next, 'SELECT n FROM kept WHERE n = 3')).toHaveLength(1);
});

test('a killed server is back under the same address, and a pool rides it out', async () => {
  const database = open();
  const { url } = await database.start();
  const db = createPool({ url, log: silentLogger });
  await db.start();
  await db.query('INSERT INTO kept VALUES (4)');
  const pid = postmasterPid();
  process.kill(pid, 'SIGKILL');
  // Its children may answer once more before they notice: what counts is the new server.
  const afresh = async () => {
    expect(postmasterPid()).not.toBe(pid);
    expect(await db.query('SELECT n FROM kept WHERE n = 4')).toHaveLength(1);
  };
  await vi.waitFor(afresh, { timeout: 20_000, interval: 20 });
  await db.stop();
});

test('a stop asked for right after a start leaves nothing running', async () => {
  const database = open();
  const starting = database.start();
  await database.stop();
  const { url } = await starting;
  await expect(run(url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(existsSync(join(dataDir, 'database/cluster/postmaster.pid'))).toBe(false);
});

test('a pid file that names a living stranger does not keep it from starting', async () => {
  const pidFile = join(dataDir, 'database/cluster/postmaster.pid');
  writeFileSync(pidFile, `${process.pid}\n/proc/self/cwd\n1\n5432\n\n127.0.0.1\n`);
  const { url } = await open().start();
  expect(await run(url, 'SELECT 1 AS one')).toHaveLength(1);
});

test.runIf(process.getuid?.() === 0)('root takes over a database that another account has made', async () => {
  const own = mkdtempSync(join(tmpdir(), 'hallwatch-own-'));
  const account = { uid: 12_345, gid: 12_345 };
  const database = new EmbeddedDatabase({ dataDir: own, log: silentLogger, clock: systemClock });
  databases.push(database);
  try {
    await database.start();
    await database.stop();
    for (const path of globSync(`${own}/database/**`)) chownSync(path, account.uid, account.gid);
    const { url } = await database.start();
    expect(await run(url, 'SELECT 1 AS one')).toHaveLength(1);
    const pid = Number.parseInt(readFileSync(join(own, 'database/cluster/postmaster.pid'), 'utf8'), 10);
    expect(statSync(`/proc/${pid}`)).toMatchObject(account);
  } finally {
    await database.stop();
    rmSync(own, { recursive: true, force: true });
  }
});

test('a cluster of another major version is refused by name', async () => {
  const versionFile = join(dataDir, 'database/cluster/PG_VERSION');
  const version = readFileSync(versionFile, 'utf8');
  writeFileSync(versionFile, '9\n');
  try {
    await expect(open().start()).rejects.toMatchObject({
      code: 'DATABASE_EMBEDDED_FAILED',
      details: expect.stringContaining('written by PostgreSQL 9'),
    });
  } finally {
    writeFileSync(versionFile, version);
  }
});
