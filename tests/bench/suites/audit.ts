import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { EmbeddedDatabase } from '../../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../../server/db/migrate.ts';
import { createPool, type PoolDatabase } from '../../../server/db/pool.ts';
import { readyEntry } from '../../../server/features/audit/entry.ts';
import { AuditRepository, type Link } from '../../../server/features/audit/repository.ts';
import { storedEntries } from '../../../server/features/audit/stored-entries.ts';
import { walk, type ReadEntries } from '../../../server/features/audit/walk.ts';
import type { FigurePrinter } from '../figures.ts';

const suite = 'audit';
/** Two sizes, so that what grows faster than the entries shows. */
const SIZES = [250_000, 1_000_000];
const BATCH = 5_000;
const READ_BATCH = 10_000;

/** Verifying the chain beside reading the same rows in the same batches, and nothing else. */
export async function auditing(printer: FigurePrinter): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'hallwatch-bench-audit-'));
  const embedded = new EmbeddedDatabase({ dataDir, log: silentLogger, clock: systemClock });
  try {
    const { url } = await embedded.start();
    await migrate({ url, log: silentLogger });
    const db = createPool({ url, log: silentLogger, size: 2 });
    await db.start();
    let end: Link = { seq: 0, hash: '0'.repeat(64) };
    for (const size of SIZES) {
      end = await grow(db, end, size);
      await compare(db, printer, end);
    }
    await db.stop();
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Entries as a province writes them: views of cameras, and now and then a change. */
async function grow(db: PoolDatabase, end: Link, size: number): Promise<Link> {
  const rows = new AuditRepository(db);
  const begin = await rows.tail();
  let behind: Link = begin.seq === 0 ? { seq: 0, hash: begin.hash } : end;
  while (behind.seq < size) {
    const entries = Array.from({ length: Math.min(BATCH, size - behind.seq) }, (_, i) => {
      const n = behind.seq + i;
      const at = Date.UTC(2026, 0, 1) + n * 1000;
      return readyEntry(
        {
          ...{ account: `p${n % 6000}`, session: 'a1b2c3d4e5f6', address: '10.0.0.7', act: 'live.watched' },
          ...{ subjectId: `hall-${n % 126}-cam-${n % 11}`, hallId: `hall-${n % 126}`, began: at - 60_000, at },
          details: { streams: ['sub'], times: n % 9 },
        },
        at,
      );
    });
    behind = await rows.alone((inside) => inside.append(behind, entries));
  }
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
  const rate = `${Math.round((head.seq / verified) * 1000)} entries/s, ${findings} findings`;
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
