import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** PostgreSQL programs with TimescaleDB beside them. */
export interface PostgresBuild {
  /** 17 */
  major: number;
  initdb: string;
  /** The server as command and first arguments: through a dynamic loader of its own where the system's is too old. */
  postgres: readonly [command: string, ...args: string[]];
  /** Where it came from, for the log. */
  origin: string;
}

/** TimescaleDB 2.19 and its time_bucket, hypertable and chunk functions exist from here on. */
const OLDEST_MAJOR = 15;

/** PostgreSQL of the system that has TimescaleDB, newest first. Debian's layout: programs and extensions by major version. */
export function installedBuilds(root = '/usr'): PostgresBuild[] {
  const folder = join(root, 'lib/postgresql');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name) && Number(name) >= OLDEST_MAJOR)
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => ({
      major: Number(name),
      initdb: join(folder, name, 'bin/initdb'),
      postgres: [join(folder, name, 'bin/postgres')] as const,
      origin: `installed PostgreSQL ${name}`,
    }))
    .filter(({ major, initdb, postgres }) =>
      [
        initdb,
        postgres[0],
        join(folder, String(major), 'lib/timescaledb.so'),
        join(root, 'share/postgresql', String(major), 'extension/timescaledb.control'),
      ].every(existsSync),
    );
}

/** The major version that wrote a data folder. */
export function majorOf(cluster: string): number {
  return Number(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'));
}
