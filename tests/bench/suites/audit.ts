import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../../server/db/pool.ts';
import { AuditRepository, FIRST_LINK, type Link } from '../../../server/features/audit/repository.ts';
import { storedEntries } from '../../../server/features/audit/stored-entries.ts';
import { walk, type ReadEntries } from '../../../server/features/audit/walk.ts';
import type { FigurePrinter } from '../figures.ts';

const suite = 'audit';
/** Two sizes, so that what grows faster than the entries shows. */
const SIZES = [250_000, 1_000_000];
/** Entries that the database makes at a time. */
const BATCH = 100_000;
const READ_BATCH = 10_000;

/** Verifying the chain beside reading the same rows in the same batches, and nothing else. */
export async function auditing(printer: FigurePrinter, entries: number | null): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-bench-audit-'));
  const embedded = new EmbeddedDatabase({ dataDir, log: silentLogger, clock: systemClock });
  try {
    const { url } = await embedded.start();
    await migrate({ url, log: silentLogger });
    const db = createPool({ url, log: silentLogger, size: 2 });
    await db.start();
    await db.query(MADE);
    // whoever walks the chain needs the primary key alone
    for (const by of ['at', 'account', 'subject', 'act', 'hall']) await db.query(`DROP INDEX audit_entry_${by}`);
    let end = FIRST_LINK;
    for (const size of entries === null ? SIZES : [entries]) {
      end = await grow(db, end, size);
      await compare(db, printer, end);
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

async function compare(db: PoolDatabase, printer: FigurePrinter, head: Link): Promise<void> {
  const read = storedEntries(
    async (text, values) => (await db.pool.query<unknown[]>({ text, values, rowMode: 'array' })).rows,
  );
  // both find the rows in the page cache
  await timed(() => readAll(read));
  const plain = await timed(() => readAll(read));
  let findings = -1;
  const verified = await timed(async () => {
    const verdict = await walk({ read, seals: [], filed: [], keys: new Map(), head });
    findings = verdict.findings.length;
  });
  const [table] = await db.query<{ bytes: number }>("SELECT pg_relation_size('audit_entry')::float8 AS bytes");
  const mb = `${Math.round(table!.bytes / verified / 1000)} MB/s of the table`;
  const rate = `${Math.round((head.seq / verified) * 1000)} entries/s, ${mb}, ${findings} findings`;
  const note = `${head.seq} entries: verified in ${(verified / 1000).toFixed(1)} s beside reading them alone; ${rate}`;
  printer.print({
    ...{ suite, figure: `audit.verify_ratio.${head.seq}`, value: plain / verified, unit: 'x reading' },
    ...{ aim: 0.3, atLeast: true, note },
  });
}

async function readAll(read: ReadEntries): Promise<void> {
  for (let behind = 0; ;) {
    const batch = await read(behind, READ_BATCH);
    if (batch.length === 0) return;
    behind = Number(batch.at(-1)![0]);
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
