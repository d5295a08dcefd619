import pg from 'pg';
import type { CopyValue } from './copy.ts';

export type { CopyValue };

/** What repositories need of PostgreSQL: plain SQL in, rows out, and one connection for a transaction. */
export interface Database {
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  transaction<T>(work: (inside: Database) => Promise<T>): Promise<T>;
}

/** A database that also takes many rows at once. */
export interface BulkDatabase extends Database {
  /** COPY: writes all rows, or none, at half the cost of an INSERT. Values are in the order of the columns. */
  copy(table: string, columns: readonly string[], rows: readonly (readonly CopyValue[])[]): Promise<void>;
  transaction<T>(work: (inside: BulkDatabase) => Promise<T>): Promise<T>;
}

/** Timestamps leave the database as ISO strings and int8 as numbers: all of ours fit. */
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
