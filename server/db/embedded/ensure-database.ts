import pg from 'pg';
import { OWNER } from './cluster.ts';

const NO_SUCH_DATABASE = '3D000';
const NO_SUCH_OBJECT = '42704';

/** Makes our database where it is missing, and brings its TimescaleDB to the version of the programs. */
export async function ensureDatabase(url: string): Promise<void> {
  try {
    // Must be the first statement of its session: any other would load the library of the version before.
    await runOn(url, 'ALTER EXTENSION timescaledb UPDATE');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    // Not created yet: the migrations do that.
    if (error.code === NO_SUCH_OBJECT) return;
    if (error.code !== NO_SUCH_DATABASE) throw error;
    const maintenance = new URL(url);
    maintenance.pathname = '/postgres';
    await runOn(maintenance.href, `CREATE DATABASE ${OWNER} TEMPLATE template0`);
  }
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
