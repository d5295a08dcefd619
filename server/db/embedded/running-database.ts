import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { clusterPassword, clusterPaths, OWNER } from './cluster.ts';

/** The fourth line of postmaster.pid (PostgreSQL, `miscadmin.h`: LOCK_FILE_LINE_PORT). */
const PORT_LINE = 3;

/** Where the embedded database of a Hallwatch that runs now listens; null where none runs. */
export async function runningDatabase(dataDir: string): Promise<string | null> {
  const folder = join(resolve(dataDir), 'database');
  const lines = await readFile(join(clusterPaths(folder).cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(lines.split('\n')[PORT_LINE]);
  return port > 0 ? `postgres://${OWNER}:${clusterPassword(folder, null)}@127.0.0.1:${port}/${OWNER}` : null;
}
