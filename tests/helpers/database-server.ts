import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { EmbeddedDatabase } from '../../server/db/embedded/embedded-database.ts';
import { migrate } from '../../server/db/migrate.ts';
import { systemClock } from '../../server/lib/clock.ts';
import { silentLogger } from '../../server/lib/logger.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's server, at its maintenance database. */
    databaseServerUrl: string;
  }
}

/** The migrated database that every test database is a copy of. */
export const TEMPLATE = 'template_hallwatch';

/** One embedded database server for a whole test run, in a folder of its own that is gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hallwatch-test-'));
  const server = new EmbeddedDatabase({
    dataDir,
    log: silentLogger,
    clock: systemClock,
    settings: {
      // Nothing here has to survive a power cut.
      fsync: 'off',
      full_page_writes: 'off',
      // A background worker connected to a database would keep it from being copied.
      'timescaledb.max_background_workers': '0',
    },
  });
  const teardown = async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const { url } = await server.start();
    await prepareTemplate(url);
    project.provide('databaseServerUrl', url);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function prepareTemplate(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${TEMPLATE} TEMPLATE template0`);
    const template = new URL(url);
    template.pathname = `/${TEMPLATE}`;
    await migrate({ url: template.href, log: silentLogger });
    await admin.query(`ALTER DATABASE ${TEMPLATE} ALLOW_CONNECTIONS false`);
  } finally {
    await admin.end();
  }
}
