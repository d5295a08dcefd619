import pg from 'pg';
import type { RowBytes } from './binary-rows.ts';
import type { CopyValue } from './copy.ts';

export type { CopyValue, RowBytes };

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

/** A database that also gives rows without making anything of them. */
export interface BulkReader extends Database {
  /** COPY: gives each row of a query to `onRow`, as it comes. The query has no parameters. */
  copyOut(query: string, onRow: (row: RowBytes) => void): Promise<void>;
}

/** Timestamps leave the database as ISO strings and int8 as numbers: all of ours fit. */
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => new Date(text).toISOString());
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
