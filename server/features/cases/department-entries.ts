import type { z } from 'zod';
import type { Serial } from '#lib/serial.ts';

export interface DepartmentEntriesDeps<Row> {
  schema: z.ZodType<Row>;
  keyOf: (row: Row) => string;
  /** In the order in which they are shown. */
  read: () => Promise<Row[]>;
  save: (row: Row) => Promise<void>;
  /** Throws for a row that contradicts itself or others. */
  check: (row: Row) => void;
  changes: Serial;
}

/** A register whose rows belong to departments each: known in memory, changed after the database. Nothing is removed. */
export class DepartmentEntries<Row extends { departmentId: string }> {
  readonly #deps: DepartmentEntriesDeps<Row>;
  #rows = new Map<string, Row>();

  constructor(deps: DepartmentEntriesDeps<Row>) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const rows = await this.#deps.read();
    this.#rows = new Map(rows.map((row) => [this.#deps.keyOf(row), row]));
  }

  list(): Row[] {
    return [...this.#rows.values()];
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Throws REQUEST_INVALID for a department that does not exist. */
  put(input: unknown): Promise<Row> {
    const { changes, check, keyOf, save, schema } = this.#deps;
    return changes.run(async () => {
      const row = schema.parse(input);
      check(row);
      await save(row);
      this.#rows.set(keyOf(row), row);
      return row;
    });
  }
}
