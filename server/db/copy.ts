import type pg from 'pg';
import { BinaryRows, type RowBytes } from './binary-rows.ts';

/** What `pg` gives a query of its own making to speak over. */
interface Wire {
  query(statement: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `COPY ... FROM STDIN` as `pg` runs it: the statement, the lines, and the answer to them. */
export class CopyIn {
  readonly #statement: string;
  readonly #lines: Buffer;
  /** Told once, of success or failure; `pg` wraps it to keep its time limit. */
  callback: (failure?: unknown) => void;

  constructor(statement: string, lines: Buffer, done: (failure?: unknown) => void) {
    this.#statement = statement;
    this.#lines = lines;
    this.callback = done;
  }

  submit(wire: Wire): void {
    wire.query(this.#statement);
  }

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFromChunk(this.#lines);
    wire.endCopyFrom();
  }

  handleError(failure: unknown): void {
    this.callback(failure);
  }

  handleCommandComplete(): void {
    // The transaction is over only with the next word, ReadyForQuery.
  }

  handleReadyForQuery(): void {
    this.callback();
  }
}

/** A value of a row, in the order of its columns. */
export type CopyValue = string | number | boolean | null;

/** Writes all rows in one statement, or none. Rejects with what the database says. */
export function copyIn(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly CopyValue[])[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const statement = `COPY ${table} (${columns.join(', ')}) FROM STDIN`;
    const done = (failure?: unknown) => (failure === undefined ? resolve() : reject(failure as Error));
    client.query(new CopyIn(statement, Buffer.from(rows.map(lineOf).join('')), done) as unknown as pg.Submittable);
  });
}

/** `COPY ... TO STDOUT` as `pg` runs it: the statement, and what the database sends until it is ready for the next. */
export class CopyOut {
  readonly #statement: string;
  readonly #take: (piece: Buffer) => void;
  #failure: unknown;
  /** Told once, of success or failure; `pg` wraps it to keep its time limit. */
  callback: (failure?: unknown) => void;

  constructor(statement: string, take: (piece: Buffer) => void, done: (failure?: unknown) => void) {
    this.#statement = statement;
    this.#take = take;
    this.callback = done;
  }

  submit(wire: Wire): void {
    wire.query(this.#statement);
  }

  handleCopyData({ chunk }: { chunk: Buffer }): void {
    if (this.#failure !== undefined) return;
    try {
      this.#take(chunk);
    } catch (failure) {
      // The database knows nothing of it and goes on: told when it is done, so that the connection is fit for use.
      this.#failure = failure;
    }
  }

  handleError(failure: unknown): void {
    this.callback(failure);
  }

  handleCommandComplete(): void {
    // As for CopyIn: over only with ReadyForQuery.
  }

  handleReadyForQuery(): void {
    this.callback(this.#failure);
  }
}

/** Gives each row of a query to `onRow`, as bytes and as it comes. Rejects with what the database says, or what `onRow` threw. */
export function copyOut(client: pg.ClientBase, query: string, onRow: (row: RowBytes) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const rows = new BinaryRows(onRow);
    const done = (failure?: unknown) => (failure === undefined ? resolve() : reject(failure as Error));
    const copy = new CopyOut(`COPY (${query}) TO STDOUT (FORMAT binary)`, (piece) => rows.take(piece), done);
    client.query(copy as unknown as pg.Submittable);
  });
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const special = /[\\\t\n\r]/g;

/** A row in PostgreSQL's text format: columns by tab, null as `\N`. */
function lineOf(values: readonly CopyValue[]): string {
  let line = '';
  let tab = '';
  for (const value of values) {
    line += tab;
    if (value === null) line += '\\N';
    else line += typeof value === 'string' ? value.replace(special, (each) => escapes[each]!) : value;
    tab = '\t';
  }
  return `${line}\n`;
}
