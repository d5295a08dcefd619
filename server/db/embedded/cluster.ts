import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { giveTo, type DatabaseUser } from './database-user.ts';
import type { PostgresBuild } from './postgres-build.ts';

/** PostgreSQL's superuser in the embedded server, and the name of our database. */
export const OWNER = 'hallwatch';

/**
 * How programs of another user are told where the cluster is: they start in it. That user could not walk there by
 * name where a folder above is closed to others (/root, a home), and PostgreSQL itself only uses names relative to it.
 */
export const HERE = '/proc/self/cwd';

const run = promisify(execFile);

/** Where the parts of one database folder stand. */
export function clusterPaths(folder: string) {
  return {
    cluster: join(folder, 'cluster'),
    unfinished: join(folder, 'cluster.new'),
    password: join(folder, 'password'),
    log: join(folder, 'log'),
  };
}

/** Makes the folders, closed to others. Throws where they belong to somebody else. */
export function makeFolders(folder: string, user: DatabaseUser | null): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  giveTo(user, folder);
  const { log } = clusterPaths(folder);
  mkdirSync(log, { recursive: true, mode: 0o700 });
  giveTo(user, log);
}

/** The generated password, made on first use. */
export function clusterPassword(folder: string, user: DatabaseUser | null): string {
  const path = clusterPaths(folder).password;
  if (!existsSync(path)) {
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
    giveTo(user, path);
  }
  return readFileSync(path, 'utf8');
}

/** Runs initdb beside the final place and renames: a cluster that exists is whole. */
export async function createCluster(folder: string, build: PostgresBuild, user: DatabaseUser | null): Promise<void> {
  const { cluster, unfinished } = clusterPaths(folder);
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(user, unfinished);
  clusterPassword(folder, user);
  await run(
    build.initdb,
    [
      ...['-D', HERE, '--username', OWNER, '--pwfile', '../password'],
      ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--data-checksums', '--no-instructions'],
    ],
    { cwd: unfinished, env: programEnvironment(), ...user },
  );
  renameSync(unfinished, cluster);
}

/** PG... variables of whoever starts us must not reach the programs. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C' };
}
