import pg from 'pg';
import type { Logger } from '#lib/logger.ts';
import { messageOf } from '#lib/app-error.ts';
// Not only for the type: importing it sets how timestamps and int8 leave the database.
import './database.ts';
import { copyIn, copyOut, type CopyValue } from './copy.ts';
import type { BulkDatabase, BulkReader, RowBytes } from './database.ts';
import { checkDatabaseUrl, connectFailure, queryFailure } from './failures.ts';

export interface PoolOptions {
  url: string;
  log: Logger;
  /** Connections at most. */
  size?: number;
}

/** A pool of connections that outlives the database: what is lost is opened anew by the next query. */
export class PoolDatabase implements BulkDatabase, BulkReader {
  readonly #options: PoolOptions;
  #pool: pg.Pool | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The raw pool, for COPY, LISTEN and cursors. Only after `start`. */
  get pool(): pg.Pool {
    if (!this.#pool) throw new Error('the pool is not started');
    return this.#pool;
  }

  /** Connects once, to say at once what is wrong. @throws AppError DATABASE_URL_INVALID, DATABASE_UNREACHABLE, DATABASE_REFUSED */
  async start(): Promise<void> {
    if (this.#pool) return;
    const { url, log, size = 10 } = this.#options;
    checkDatabaseUrl(url);
    const pool = new pg.Pool({
      connectionString: url,
      max: size,
      application_name: 'hallwatch',
      options: '-c TimeZone=UTC',
      keepAlive: true,
      connectionTimeoutMillis: 5000,
      idleTimeoutMillis: 30_000,
      // The server ends long statements; the client's own limit is for a server that does not answer any more.
      statement_timeout: 60_000,
      query_timeout: 65_000,
    });
    // Without a listener, an idle connection that breaks (the database restarts) would end the process.
    pool.on('error', (error) => log.warn({ err: messageOf(error) }, 'database connection lost'));
    try {
      (await pool.connect()).release();
    } catch (error) {
      await pool.end();
      throw connectFailure(error);
    }
    this.#pool = pool;
  }

  /** Waits for running queries, then closes every connection. */
  async stop(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.end();
  }

  async query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw queryFailure(error);
    }
  }

  copy(table: string, columns: readonly string[], rows: readonly (readonly CopyValue[])[]): Promise<void> {
    return this.#onOneConnection((client) => copyIn(client, table, columns, rows));
  }

  copyOut(query: string, onRow: (row: RowBytes) => void): Promise<void> {
    return this.#onOneConnection((client) => copyOut(client, query, onRow));
  }

  /** One connection from BEGIN to COMMIT; anything thrown rolls back. A transaction inside it is a savepoint. */
  transaction<T>(work: (inside: BulkDatabase) => Promise<T>): Promise<T> {
    return this.#onOneConnection((client) => inTransaction(client, 0, work));
  }

  async #onOneConnection<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw connectFailure(error);
    });
    // While checked out, the pool does not listen for us.
    const onError = () => undefined;
    client.on('error', onError);
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      const failure = queryFailure(error);
      broken = failure !== error;
      throw failure;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

async function inTransaction<T>(
  client: pg.PoolClient,
  depth: number,
  work: (inside: BulkDatabase) => Promise<T>,
): Promise<T> {
  const name = `level_${depth}`;
  const [begin, commit, rollback] =
    depth === 0
      ? ['BEGIN', 'COMMIT', 'ROLLBACK']
      : [`SAVEPOINT ${name}`, `RELEASE SAVEPOINT ${name}`, `ROLLBACK TO SAVEPOINT ${name}`];
  const inside: BulkDatabase = {
    query: async <Row extends object>(text: string, values?: unknown[]) => (await client.query<Row>(text, values)).rows,
    copy: (table, columns, rows) => copyIn(client, table, columns, rows),
    transaction: (nested) => inTransaction(client, depth + 1, nested),
  };
  await client.query(begin);
  try {
    const result = await work(inside);
    await client.query(commit);
    return result;
  } catch (error) {
    // The first failure is the one to tell; a rollback that fails too means the connection is gone.
    await client.query(rollback).catch(() => undefined);
    throw error;
  }
}

/** The pool behind `url`; `start` it before use. */
export function createPool(options: PoolOptions): PoolDatabase {
  return new PoolDatabase(options);
}
