import pg from 'pg';

/** What repositories need of PostgreSQL: plain SQL in, rows out, and one connection for a transaction. */
export interface Database {
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  transaction<T>(work: (inside: Database) => Promise<T>): Promise<T>;
}

/** Timestamps leave the database as ISO strings and int8 as numbers: all of ours fit. */
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
