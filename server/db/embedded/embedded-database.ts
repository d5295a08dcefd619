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
import { launchPostmaster, type Launch, type Up } from './postmaster.ts';
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

/** What one run stands on, from start to stop. */
interface Ground {
  user: DatabaseUser | null;
  guard: Guard;
  logFile: LogFile;
  build: PostgresBuild;
  port: number;
  stopping: AbortController;
}

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
  #ground: Ground | null = null;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedDatabaseOptions) {
    this.#options = options;
    this.#folder = join(resolve(options.dataDir), 'database');
  }

  /** Resolves when it takes connections. @throws AppError DATA_IN_USE, TIMESCALE_MISSING, DATABASE_EMBEDDED_FAILED */
  start(): Promise<{ url: string }> {
    return this.#turns.run(async () => {
      this.#ground ??= await this.#startFirst().catch((error: unknown) => {
        if (error instanceof AppError) throw error;
        throw new AppError('DATABASE_EMBEDDED_FAILED', messageOf(error), { cause: error });
      });
      return { url: this.#urlOf(this.#ground) };
    });
  }

  /** A clean shutdown. Nothing runs and no lock is held afterwards. */
  async stop(): Promise<void> {
    // Cuts short a pause before starting again.
    this.#ground?.stopping.abort();
    await this.#turns.run(async () => {
      const ground = this.#ground;
      if (!ground) return;
      this.#ground = null;
      ground.stopping.abort();
      // A guard that someone killed is replaced, so that there is one to end the server.
      await ground.guard.start();
      await ground.guard.stop();
      ground.logFile.close();
    });
    await this.#keeping;
  }

  async #startFirst(): Promise<Ground> {
    const { cluster, log } = clusterPaths(this.#folder);
    const user = databaseUser(cluster);
    makeFolders(this.#folder, user);
    const guard = new Guard(this.#folder, user);
    const logFile = new LogFile(join(log, 'postgresql.log'), LOG_LIMIT_BYTES, user);
    await guard.start();
    try {
      const build = await this.#chooseBuild(cluster);
      if (!existsSync(cluster)) {
        this.#options.log.info({ folder: this.#folder }, 'creating the database');
        await createCluster(this.#folder, build, user);
      }
      return await this.#launchFirst({ user, guard, logFile, build, stopping: new AbortController() });
    } catch (error) {
      await guard.stop();
      logFile.close();
      throw error;
    }
  }

  async #launchFirst(parts: Omit<Ground, 'port'>): Promise<Ground> {
    for (let attempt = 1; ; attempt += 1) {
      const ground = { ...parts, port: await freePort() };
      const launch = await this.#launch(ground);
      if (launch.ready) {
        await ensureDatabase(this.#urlOf(ground));
        this.#options.log.info({ build: ground.build.origin, folder: this.#folder }, 'embedded database started');
        this.#keeping = this.#keep(ground, launch);
        return ground;
      }
      // Between finding a free port and taking it, another program was quicker.
      if (!launch.portTaken || attempt === PORT_ATTEMPTS) throw new Error(launch.lastWords);
    }
  }

  /** Starts a server that ended by itself again, on the same port, so that the address stays good. */
  async #keep(ground: Ground, first: Up): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = ground.stopping;
    const backoff = new Backoff({ firstMs: 100, maxMs: 10_000, jitter: 0 });
    let server: Up | null = first;
    while (server) {
      const since = clock.monotonic();
      const lastWords = await server.exited;
      if (signal.aborted) return;
      log.error({ lastWords }, 'the embedded database ended by itself and is started again');
      if (clock.monotonic() - since > SOUND_AFTER_MS) backoff.reset();
      server = await this.#relaunch(ground, backoff);
    }
  }

  async #relaunch(ground: Ground, backoff: Backoff): Promise<Up | null> {
    const { clock, log } = this.#options;
    const { signal } = ground.stopping;
    for (;;) {
      await pause(clock, backoff.next(), signal);
      const launch = await this.#turns.run(() => this.#launchAgain(ground)).catch(failed);
      if (!launch) return null;
      if (launch.ready) {
        log.info('the embedded database is back');
        return launch;
      }
      log.error({ lastWords: launch.lastWords }, 'the embedded database did not start');
    }
  }

  /** Null where it is to stop. */
  async #launchAgain(ground: Ground): Promise<Launch | null> {
    if (ground.stopping.signal.aborted) return null;
    await ground.guard.start();
    await ground.guard.sweep();
    return this.#launch(ground);
  }

  #launch({ build, port, user, logFile }: Ground): Promise<Launch> {
    const settings = { ...serverSettings(port), ...this.#options.settings };
    return launchPostmaster({ build, cluster: clusterPaths(this.#folder).cluster, user, settings, log: logFile });
  }

  #urlOf({ port, user }: Ground): string {
    return `postgres://${OWNER}:${clusterPassword(this.#folder, user)}@127.0.0.1:${port}/${OWNER}`;
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
