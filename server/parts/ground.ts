import { Registry, collectDefaultMetrics } from 'prom-client';
import type { AppError } from '#lib/app-error.ts';
import { ProblemBoard } from '#lib/problem-board.ts';
import { EmbeddedDatabase } from '../db/embedded/embedded-database.ts';
import { migrate } from '../db/migrate.ts';
import { createPool } from '../db/pool.ts';
import { markOf, openSecret } from '../db/secret.ts';
import { Turn } from '../db/turn.ts';
import { AuditService } from '../features/audit/service.ts';
import { DataLock } from '../features/system/data-lock.ts';
import { DatabaseWatch } from '../features/system/database-watch.ts';
import { FfmpegWatch } from '../features/system/ffmpeg-watch.ts';
import type { Context } from '../process.ts';

export type Ground = Awaited<ReturnType<typeof layGround>>;

/** What everything stands on: the data folder, its secret, the database, ffmpeg, and the audit before anything is done. */
export async function layGround(context: Context) {
  const { config, clock, log, life } = context;
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const problems = new ProblemBoard(clock);

  await life.up('data folder', new DataLock(config.dataDir));
  const embedded = new EmbeddedDatabase({ dataDir: config.dataDir, log, clock });
  const url = config.databaseUrl ?? (await life.up('embedded database', embedded)).url;
  await migrate({ url, log });
  const db = createPool({ url, log });
  await life.up('database pool', db);
  const opened = () => openSecret({ db, dataDir: config.dataDir });
  // a server that waits with a wrong key says so now, and not when it is needed
  await opened();
  // The embedded database is ours alone by the lock on the data folder.
  if (config.databaseUrl !== null) {
    const onLost = (reason: AppError) => {
      throw reason;
    };
    await life.up('turn', new Turn({ url, clock, log, onLost }));
  }
  // it may have been changed while we waited
  const secret = await opened();
  await life.up('database watch', new DatabaseWatch({ db, clock, log, problems }));
  await life.up('ffmpeg', new FfmpegWatch({ path: config.ffmpeg, clock, log, problems }));

  const audit = new AuditService({
    ...{ db, clock, log, problems, folder: config.auditFolder },
    started: { sealedUnder: markOf(secret).toString('hex', 0, 6) },
  });
  await life.up('audit', audit);

  return { ...context, metrics, problems, secret, db, audit };
}
