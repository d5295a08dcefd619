import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createPool, type PoolDatabase } from '../../server/db/pool.ts';
import { silentLogger } from '../../server/lib/logger.ts';
import { TEMPLATE } from './database-server.ts';

export interface TestDatabase {
  db: PoolDatabase;
  url: string;
  /** Ends its connections and drops it. */
  close(): Promise<void>;
}

/** A database of its own with every migration run, on the server of this test run. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
  const url = new URL(inject('databaseServerUrl'));
  url.pathname = `/${name}`;
  const db = createPool({ url: url.href, log: silentLogger });
  await db.start();
  return {
    db,
    url: url.href,
    async close() {
      await db.stop();
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** An empty database: no extension, no tables. */
export async function openEmptyDatabase(): Promise<{ url: string; close(): Promise<void> }> {
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(inject('databaseServerUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, close: () => administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseServerUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
