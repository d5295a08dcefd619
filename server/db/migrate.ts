import { fileURLToPath } from 'node:url';
import { PG_MIGRATE_LOCK_ID, runner } from 'node-pg-migrate';
import pg from 'pg';
import { AppError, messageOf } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import { checkDatabaseUrl, connectFailure, isConnectionLost } from './failures.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Brings the schema up to date: TimescaleDB first, then `migrations/NNNN_name.sql` in order, all in one transaction.
 * Several servers may call it at once; they wait for each other.
 * @throws AppError DATABASE_URL_INVALID, DATABASE_UNREACHABLE, DATABASE_REFUSED, TIMESCALE_MISSING
 */
export async function migrate({ url, log }: { url: string; log: Logger }): Promise<void> {
  checkDatabaseUrl(url);
  const client = new pg.Client({ connectionString: url, application_name: 'hallwatch migrate' });
  client.on('error', (error) => log.warn({ err: messageOf(error) }, 'database connection lost while migrating'));
  await client.connect().catch((error: unknown) => {
    throw connectFailure(error);
  });
  try {
    // Held until the connection ends: covers the extension as well as the files.
    await client.query('SELECT pg_advisory_lock($1)', [PG_MIGRATE_LOCK_ID]);
    await createTimescale(client);
    const run = await runner({
      dbClient: client,
      dir: fileURLToPath(new URL('./migrations', import.meta.url)),
      direction: 'up',
      migrationsTable: 'migration',
      noLock: true,
      // A number says where a file stands in a new database; in one that is older, a file that came later runs later.
      checkOrder: false,
      logger: {
        info: (text) => log.debug(text),
        warn: (text) => log.warn(text),
        error: (text) => log.error(text),
      },
    });
    if (run.length > 0) log.info({ migrations: run.map(({ name }) => name) }, 'database schema brought up to date');
  } finally {
    await client.end();
  }
}

/** Asks first: creating it needs rights that an account of an existing database may lack. */
async function createTimescale(client: pg.Client): Promise<void> {
  const found = await client.query("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'");
  if (found.rowCount) return;
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  } catch (error) {
    if (isConnectionLost(error)) throw connectFailure(error);
    // Not available there, not preloaded, made for another version: the server's own words say which.
    const mayNot = error instanceof pg.DatabaseError && error.code === INSUFFICIENT_PRIVILEGE;
    throw new AppError(mayNot ? 'DATABASE_REFUSED' : 'TIMESCALE_MISSING', messageOf(error), { cause: error });
  }
}
