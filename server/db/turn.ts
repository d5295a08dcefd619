import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { AppError, messageOf } from '#lib/app-error.ts';
import { pause, type Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';

export interface TurnOptions {
  url: string;
  clock: Clock;
  log: Logger;
  /** Another server has it by now: this one has to end. */
  onLost: (reason: AppError) => void;
}

const LOCK = `hashtextextended('hallwatch: one server works on this database', 0)`;
const AGAIN_MS = 1_000;
/** So long may the end of our own broken connection take in the database. */
const OWN_END = '10s';
/** SQLSTATE of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';
/** A machine that dies without a word gives its turn back after some 25 s. */
const KEEPALIVE = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3';

/**
 * Lets one server at a time work on a database: halls, alerts and the order of events are the matter of one process. The
 * next one waits here, with everything before it started, and goes on as soon as the first is gone, however that ended.
 */
export class Turn {
  readonly #options: TurnOptions;
  /** By which we know our own connection again when it broke. */
  readonly #name = `hallwatch turn ${randomUUID()}`;
  readonly #stopping = new AbortController();
  #client: pg.Client | null = null;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Resolves when it is our turn. */
  async start(): Promise<void> {
    await this.#until(async (client) => {
      if (await isOurs(client)) return true;
      this.#options.log.info('another server works on this database; this one waits for its turn');
      await client.query(`SELECT pg_advisory_lock(${LOCK})`);
      this.#options.log.info('the other server is gone; it is our turn');
      return true;
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.end();
  }

  /** The connection broke, and the lock with it, be it that the database restarted. */
  async #again(): Promise<void> {
    const isStillOurs = await this.#until(async (client) => {
      await client.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
        [this.#name],
      );
      await client.query(`SET lock_timeout = '${OWN_END}'`);
      const lock = client.query(`SELECT pg_advisory_lock(${LOCK})`);
      return await lock.then(
        () => true,
        (error: unknown) => {
          if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return false;
          throw error;
        },
      );
    });
    if (isStillOurs === false) this.#options.onLost(new AppError('DATA_IN_USE', 'another server has taken over'));
  }

  /** Connects until `take` has an answer; undefined when we are stopped meanwhile. */
  async #until(take: (client: pg.Client) => Promise<boolean>): Promise<boolean | undefined> {
    const { url, clock, log } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const client = new pg.Client({
        ...{ connectionString: url, application_name: this.#name, keepAlive: true, options: KEEPALIVE },
        connectionTimeoutMillis: 5_000,
      });
      this.#client = client;
      let broken = false;
      client.on('error', () => (broken = true));
      try {
        await client.connect();
        const taken = await take(client);
        if (!broken) {
          client.once('end', () => void this.#again());
          return taken;
        }
      } catch (error) {
        await client.end().catch(() => undefined);
        if (!signal.aborted) log.debug({ reason: messageOf(error) }, 'no turn yet');
      }
      await pause(clock, AGAIN_MS, signal);
    }
    return undefined;
  }
}

/** Our turn, for a command that does not wait for it; gives back how to end it, or null where a server works. */
export async function turnAtOnce(url: string): Promise<(() => Promise<void>) | null> {
  const client = new pg.Client({ connectionString: url, application_name: 'hallwatch turn', options: KEEPALIVE });
  client.on('error', () => undefined);
  await client.connect();
  if (await isOurs(client)) return () => client.end();
  await client.end();
  return null;
}

async function isOurs(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS ours`);
  return rows[0]!.ours;
}
