/**
 * `npm run change-key`: makes a new `secret.key` and puts everything under it that was sealed with the old one. Only while
 * Hallwatch does not run. Whatever ends it half-way, the key that is there opens what is there, and it can be run again.
 * Ends with 0 where it was done, 1 where it was not.
 */
import { AppError, messageOf } from '#lib/app-error.ts';
import { systemClock } from '#lib/clock.ts';
import { silentLogger } from '#lib/logger.ts';
import { readConfig, type Config } from './config.ts';
import { EmbeddedDatabase } from './db/embedded/embedded-database.ts';
import { migrate } from './db/migrate.ts';
import { createPool } from './db/pool.ts';
import { changeSecret, type Resealed } from './db/secret.ts';
import { turnAtOnce } from './db/turn.ts';
import { DataLock } from './features/system/data-lock.ts';

try {
  const config = readConfig(process.env);
  const lock = new DataLock(config.dataDir);
  await lock.start();
  const { sealed, unreadable } = await change(config);
  console.log(`There is a new key, and ${sealed} sealed values are under it.`);
  if (unreadable > 0) console.log(`${unreadable} did not open with the old one, and stay as they were.`);
  await lock.stop();
} catch (error) {
  const words = error instanceof AppError ? `${error.code}: ${error.message}` : messageOf(error);
  console.error(`The key was not changed. ${words}`);
  process.exitCode = 1;
}

async function change({ databaseUrl, dataDir }: Config): Promise<Resealed> {
  if (databaseUrl !== null) {
    const end = await turnAtOnce(databaseUrl);
    if (!end) throw new AppError('DATA_IN_USE', 'a Hallwatch works on this database: stop it first');
    return await changeIn(databaseUrl, dataDir).finally(end);
  }
  const embedded = new EmbeddedDatabase({ dataDir, log: silentLogger, clock: systemClock });
  const { url } = await embedded.start();
  return await changeIn(url, dataDir).finally(() => embedded.stop());
}

async function changeIn(url: string, dataDir: string): Promise<Resealed> {
  await migrate({ url, log: silentLogger });
  const db = createPool({ url, log: silentLogger, size: 2 });
  await db.start();
  return await changeSecret({ db, dataDir }).finally(() => db.stop());
}
