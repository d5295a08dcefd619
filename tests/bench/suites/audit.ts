import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { StretchThreads } from '../../../server/audit-verify/stretch-threads.ts';
import { clusterPaths } from '../../../server/db/embedded/cluster.ts';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../../server/db/pool.ts';
import { AuditRepository, FIRST_LINK, type Link } from '../../../server/features/audit/repository.ts';
import { walk } from '../../../server/features/audit/walk.ts';
import type { FigurePrinter } from '../figures.ts';

const suite = 'audit';
/** Two sizes, so that what grows faster than the entries shows. */
const SIZES = [250_000, 1_000_000];
const run = promisify(execFile);
/** Entries that the database makes at a time. */
const BATCH = 100_000;

/** How fast the chain is verified, for what the disk can give. */
export async function auditing(printer: FigurePrinter, entries: number | null): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-bench-audit-'));
  const embedded = new EmbeddedDatabase({
    ...{ dataDir, log: silentLogger, clock: systemClock },
    // nothing here has to survive a power cut
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '1GB' },
  });
  try {
    const { url } = await embedded.start();
    await migrate({ url, log: silentLogger });
    const db = createPool({ url, log: silentLogger, size: 1 });
    await db.start();
    await db.query(MADE);
    // whoever walks the chain needs the primary key alone
    for (const by of ['at', 'account', 'subject', 'act', 'hall']) await db.query(`DROP INDEX audit_entry_${by}`);
    let end = FIRST_LINK;
    for (const size of entries === null ? SIZES : [entries]) {
      end = await grow(db, end, size);
      await compare({ db, url }, printer, end, clusterPaths(path.join(dataDir, 'database')).cluster);
    }
    await db.stop();
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Entries as a province writes them, views of cameras: the chain is made by the database, and verified by us. */
const MADE = `CREATE FUNCTION made(behind bigint, until bigint, previous bytea) RETURNS SETOF audit_entry
  LANGUAGE plpgsql AS $$
  DECLARE e audit_entry;
  BEGIN
    e.hash := previous;
    e.session := 'a1b2c3d4e5f6';
    e.address := '10.0.0.7';
    e.act := 'live.watched';
    e.subject_kind := 'camera';
    FOR n IN behind + 1 .. until LOOP
      e.seq := n;
      e.previous := e.hash;
      e.at := to_timestamp(1767225600 + n);
      e.began := to_timestamp(1767225540 + n);
      e.account := 'p' || n % 6000;
      e.hall_id := 'hall-' || n % 126;
      e.subject_id := e.hall_id || '-cam-' || n % 11;
      e.details := format('{"streams":["sub"],"times":%s}', n % 9);
      e.hash := sha256(convert_to(format('["%s","%s","%s.000000","%s.000000","%s","%s","%s","%s","%s","%s","%s",null,%s]',
        encode(e.previous, 'hex'), n, 1767225600 + n, 1767225540 + n, e.account, e.session, e.address, e.act,
        e.subject_kind, e.subject_id, e.hall_id, to_json(e.details::text)), 'UTF8'));
      RETURN NEXT e;
    END LOOP;
  END $$`;

async function grow(db: PoolDatabase, end: Link, size: number): Promise<Link> {
  const rows = new AuditRepository(db);
  let behind = end;
  while (behind.seq < size) {
    const until = Math.min(size, behind.seq + BATCH);
    await db.query(`INSERT INTO audit_entry SELECT * FROM made($1, $2, decode($3, 'hex'))`, [
      ...[behind.seq, until, behind.hash],
    ]);
    behind = await rows.tail();
  }
  await db.query('VACUUM ANALYZE audit_entry');
  return behind;
}

/** Verifying beside what the disk needs for the same table, and beside what the database needs to give it whole. */
async function compare(
  { db, url }: { db: PoolDatabase; url: string },
  printer: FigurePrinter,
  head: Link,
  cluster: string,
): Promise<void> {
  let findings = -1;
  // as the command does it, with the start of its threads
  const verify = async () => {
    const threads = new StretchThreads(url);
    const verdict = await walk({ chain: threads.chain(db), seals: [], filed: [], keys: new Map(), head });
    findings = verdict.findings.length;
    await threads.stop();
  };
  await db.query('CHECKPOINT');
  const table = await filesOf(db, cluster);
  await run('sync', table);
  const bytes = (await Promise.all(table.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0);
  const disk = await timed(async () => {
    for (const file of table) await dd(file, 'iflag=direct', 'bs=4M');
  });
  // the database finds nothing of it in memory, as on a morning after a month
  for (const file of table) await dd(file, 'iflag=nocache', 'count=0');
  const cold = await timed(verify);
  const given = await timed(async () => {
    await db.query("COPY audit_entry TO '/dev/null' (FORMAT binary)");
  });
  const warm = await timed(verify);
  const speed = (ms: number) => `${(ms / 1000).toFixed(1)} s, ${Math.round(bytes / ms / 1000)} MB/s`;
  const of = (ms: number) => `${head.seq} entries in ${speed(ms)}, ${Math.round((head.seq / ms) * 1000)} entries/s`;
  const print = (figure: string, value: number, unit: string, aim: number | null, note: string) =>
    printer.print({
      ...{ suite, figure: `${figure}.${head.seq}`, value, unit, note: `${note}; ${findings} findings` },
      ...(aim !== null && { aim, atLeast: true }),
    });
  print(
    'audit.verify_ratio',
    disk / cold,
    'x disk',
    0.3,
    `${of(cold)}, from the disk, which alone gives it in ${speed(disk)}`,
  );
  print(
    'audit.verify_copy_ratio',
    given / warm,
    'x COPY',
    null,
    `${of(warm)}, from memory; COPY of the table ${speed(given)}`,
  );
}

/** Of the table, each of a gigabyte. */
async function filesOf(db: PoolDatabase, cluster: string): Promise<string[]> {
  const [row] = await db.query<{ file: string }>("SELECT pg_relation_filepath('audit_entry') AS file");
  const { dir, base } = path.parse(path.join(cluster, row!.file));
  const names = await readdir(dir);
  return names.filter((name) => name === base || name.startsWith(`${base}.`)).map((name) => path.join(dir, name));
}

async function dd(file: string, ...words: string[]): Promise<void> {
  await run('dd', [`if=${file}`, 'of=/dev/null', 'status=none', ...words]);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
