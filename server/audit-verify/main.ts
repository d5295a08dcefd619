/**
 * `npm run audit-verify [-- --keys=FOLDER]`: walks the whole audit and says where it is not what was written. While Hallwatch
 * runs or not. Ends with 0 where all is well, 1 where something was found, 2 where it could not look.
 */
import { AppError, messageOf } from '#lib/app-error.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { readConfig, type Config } from '../config.ts';
import { EmbeddedDatabase } from '../db/embedded/embedded-database.ts';
import { runningDatabase } from '../db/embedded/running-database.ts';
import { createPool } from '../db/pool.ts';
import { auditFiles } from '../features/audit/files.ts';
import { wordsOf } from '../features/audit/findings.ts';
import { AuditRepository } from '../features/audit/repository.ts';
import { SealKeys } from '../features/audit/seal-keys.ts';
import { walk, type Verdict } from '../features/audit/walk.ts';
import { DataLock } from '../features/system/data-lock.ts';
import { StretchThreads } from './stretch-threads.ts';

const SOUND = 0;
const FOUND = 1;
const COULD_NOT = 2;
const SAY_EVERY = 1_000_000;

const keysFolder = process.argv.find((word) => word.startsWith('--keys='))?.slice('--keys='.length);
try {
  const config = readConfig(process.env);
  const verdict = await withDatabase(config, (url) => verify(config, url));
  process.exitCode = tell(verdict);
} catch (error) {
  const words = error instanceof AppError ? `${error.code}: ${error.message}` : messageOf(error);
  console.error(`The audit could not be verified. ${words}`);
  process.exitCode = COULD_NOT;
}

async function verify(config: Config, url: string): Promise<Verdict> {
  const db = createPool({ url, log: silentLogger, size: 1 });
  await db.start();
  const threads = new StretchThreads(url);
  try {
    const files = auditFiles(config.auditFolder);
    // read first: entries that are written meanwhile are no harm
    const [head, filed] = [await files.head.read(), await files.seals.read()];
    const seals = await new AuditRepository(db).seals();
    const keys = await new SealKeys(keysFolder ?? config.auditFolder).known();
    let said = 0;
    const onProgress = (entries: number) => {
      if (entries < said + SAY_EVERY) return;
      said = entries;
      console.log(`${entries} entries so far`);
    };
    return await walk({ chain: threads.chain(db), seals, filed, keys, head, onProgress });
  } finally {
    await threads.stop();
    await db.stop();
  }
}

function tell({ entries, seals, findings }: Verdict): number {
  for (const finding of findings) console.log(wordsOf(finding));
  const result = findings.length === 0 ? 'all as they were written' : `${findings.length} findings`;
  console.log(`${entries} entries, ${seals} seals: ${result}`);
  return findings.length === 0 ? SOUND : FOUND;
}

/** The database of the settings; the embedded one of a Hallwatch that runs, or started for as long as it takes. */
async function withDatabase<T>({ databaseUrl, dataDir }: Config, work: (url: string) => Promise<T>): Promise<T> {
  if (databaseUrl !== null) return work(databaseUrl);
  const lock = new DataLock(dataDir);
  const isFree = await lock.start().then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'DATA_IN_USE') return false;
      throw error;
    },
  );
  if (!isFree) {
    const url = await runningDatabase(dataDir);
    if (url === null) throw new AppError('DATABASE_UNREACHABLE', 'Hallwatch is starting or stopping');
    return work(url);
  }
  const embedded = new EmbeddedDatabase({ dataDir, log: silentLogger, clock: systemClock });
  try {
    return await work((await embedded.start()).url);
  } finally {
    await embedded.stop();
    await lock.stop();
  }
}
