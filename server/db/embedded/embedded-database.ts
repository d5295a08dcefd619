import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { AppError, messageOf } from '#lib/app-error.ts';
import { Backoff } from '#lib/backoff.ts';
import { pause, type Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import { clusterPassword, clusterPaths, createCluster, makeFolders, OWNER } from './cluster.ts';
import { databaseUser, type DatabaseUser } from './database-user.ts';
import { ensureDatabase } from './ensure-database.ts';
import { Guard } from './guard.ts';
import { installEmbedded } from './install.ts';
import { LogFile } from './log-file.ts';
import { installedBuilds, majorOf, type PostgresBuild } from './postgres-build.ts';
import { launchPostmaster, type Launch } from './postmaster.ts';
import { serverSettings } from './server-settings.ts';

export interface EmbeddedDatabaseOptions {
  /** The server's data folder; the database lives in `database` below it. */
  dataDir: string;
  log: Logger;
  clock: Clock;
  /** Server settings that replace ours. */
  settings?: Record<string, string>;
}

const LOG_LIMIT_BYTES = 4 * 1024 * 1024;
const PORT_ATTEMPTS = 5;
/** A server that held this long is sound: the next restart is quick again. */
const SOUND_AFTER_MS = 60_000;

/**
 * A PostgreSQL with TimescaleDB of our own, as a child process that lives exactly as long as we do: a guard process
 * ends it when we are killed, a killed server is started again on the same port, and a data folder belongs to one
 * Hallwatch at a time.
 */
export class EmbeddedDatabase {
  readonly #options: EmbeddedDatabaseOptions;
  readonly #folder: string;
  /** Starting, starting again and stopping, one after the other. */
  readonly #turns = new Serial();
  #stopping = new AbortController();
  #user: DatabaseUser | null = null;
  #guard: Guard | null = null;
  #logFile: LogFile | null = null;
  #url: string | null = null;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedDatabaseOptions) {
    this.#options = options;
    this.#folder = join(resolve(options.dataDir), 'database');
  }

  /** Resolves when it takes connections. @throws AppError DATA_IN_USE, TIMESCALE_MISSING, DATABASE_EMBEDDED_FAILED */
  start(): Promise<{ url: string }> {
    return this.#turns.run(async () => {
      this.#url ??= await this.#startFirst().catch(async (error: unknown) => {
        await this.#guard?.stop();
        if (error instanceof AppError) throw error;
        throw new AppError('DATABASE_EMBEDDED_FAILED', messageOf(error), { cause: error });
      });
      return { url: this.#url };
    });
  }

  /** A clean shutdown. Nothing runs and no lock is held afterwards. */
  async stop(): Promise<void> {
    // Now, to cut short a pause before starting again; and in turn, for a start that was asked for just before.
    this.#stopping.abort();
    await this.#turns.run(async () => {
      this.#stopping.abort();
      if (this.#url === null) return;
      this.#url = null;
      // A guard that someone killed is replaced, so that there is one to end the server.
      await this.#guard?.start();
      await this.#guard?.stop();
    });
    await this.#keeping;
    this.#logFile?.close();
  }

  async #startFirst(): Promise<string> {
    const { log } = this.#options;
    const { cluster, log: logFolder } = clusterPaths(this.#folder);
    this.#stopping = new AbortController();
    this.#user = databaseUser(cluster);
    makeFolders(this.#folder, this.#user);
    this.#guard = new Guard(this.#folder, this.#user);
    this.#logFile = new LogFile(join(logFolder, 'postgresql.log'), LOG_LIMIT_BYTES, this.#user);
    await this.#guard.start();
    const build = await this.#chooseBuild(cluster);
    if (!existsSync(cluster)) {
      log.info({ folder: this.#folder }, 'creating the database');
      await createCluster(this.#folder, build, this.#user);
    }
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const launch = await this.#launch(build, port);
      if (launch.ready) {
        const url = `postgres://${OWNER}:${clusterPassword(this.#folder, this.#user)}@127.0.0.1:${port}/${OWNER}`;
        await ensureDatabase(url);
        log.info({ build: build.origin, folder: this.#folder }, 'embedded database started');
        this.#keeping = this.#keep(build, port, launch.exited);
        return url;
      }
      // Between finding a free port and taking it, another program was quicker.
      if (!launch.portTaken || attempt === PORT_ATTEMPTS) throw new Error(launch.lastWords);
    }
  }

  /** Starts a server that ended by itself again, on the same port, so that the address stays good. */
  async #keep(build: PostgresBuild, port: number, exited: Promise<string>): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#stopping;
    const backoff = new Backoff({ firstMs: 100, maxMs: 10_000, jitter: 0 });
    let server: { exited: Promise<string> } | null = { exited };
    let since = clock.monotonic();
    while (server) {
      const lastWords: string = await server.exited;
      if (signal.aborted) return;
      log.error({ lastWords }, 'the embedded database ended by itself and is started again');
      if (clock.monotonic() - since > SOUND_AFTER_MS) backoff.reset();
      server = await this.#relaunch(build, port, backoff, signal);
      since = clock.monotonic();
    }
  }

  async #relaunch(
    build: PostgresBuild,
    port: number,
    backoff: Backoff,
    signal: AbortSignal,
  ): Promise<{ exited: Promise<string> } | null> {
    const { clock, log } = this.#options;
    for (;;) {
      await pause(clock, backoff.next(), signal);
      const launch = await this.#turns.run(() => this.#launchAgain(build, port, signal)).catch(failed);
      if (!launch) return null;
      if (launch.ready) {
        log.info('the embedded database is back');
        return launch;
      }
      log.error({ lastWords: launch.lastWords }, 'the embedded database did not start');
    }
  }

  async #launchAgain(build: PostgresBuild, port: number, signal: AbortSignal): Promise<Launch | null> {
    if (signal.aborted) return null;
    await this.#guard?.start();
    await this.#guard?.sweep();
    return this.#launch(build, port);
  }

  #launch(build: PostgresBuild, port: number): Promise<Launch> {
    return launchPostmaster({
      build,
      cluster: clusterPaths(this.#folder).cluster,
      user: this.#user,
      settings: { ...serverSettings(port), ...this.#options.settings },
      log: this.#logFile,
    });
  }

  /** An installed PostgreSQL that has TimescaleDB, else the embedded one; a data folder stays with its major version. */
  async #chooseBuild(cluster: string): Promise<PostgresBuild> {
    const wanted = existsSync(cluster) ? majorOf(cluster) : null;
    const fits = (build: PostgresBuild) => wanted === null || build.major === wanted;
    const installed = installedBuilds().find(fits);
    if (installed) return installed;
    const embedded = await installEmbedded((step) => this.#options.log.info(step));
    if (fits(embedded)) return embedded;
    throw new Error(`${cluster} was written by PostgreSQL ${wanted}, and only ${embedded.major} is here`);
  }
}

function failed(error: unknown): Launch {
  return { ready: false, portTaken: false, lastWords: messageOf(error) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
