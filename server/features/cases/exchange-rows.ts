import {
  ExchangeCodes,
  type ExchangeReceipt,
  type ExchangeSource,
  type ExchangeSourceInput,
} from '#contract/exchange.ts';
import type { z } from 'zod';
import type { Database } from '../../db/database.ts';

/** Sources of cases and their receipts in the database. */
export class ExchangeRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async sources(): Promise<ExchangeSource[]> {
    const rows = await this.#db.query<ExchangeSource>(
      `SELECT id, name, department_ids AS "departmentIds", codes, silent_after_hours AS "silentAfterHours",
         key_sealed IS NOT NULL AS "hasKey", heard_at AS "heardAt"
       FROM exchange_source ORDER BY id`,
    );
    return rows.map((row) => ({ ...row, codes: ExchangeCodes.parse(row.codes) }));
  }

  async saveSource(id: string, source: Required<z.output<typeof ExchangeSourceInput>>): Promise<void> {
    await this.#db.query(
      `INSERT INTO exchange_source (id, name, department_ids, codes, silent_after_hours) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET name = $2, department_ids = $3, codes = $4, silent_after_hours = $5`,
      [id, JSON.stringify(source.name), source.departmentIds, JSON.stringify(source.codes), source.silentAfterHours],
    );
  }

  async saveKey(id: string, sealed: Buffer): Promise<void> {
    await this.#db.query('UPDATE exchange_source SET key_sealed = $2 WHERE id = $1', [id, sealed]);
  }

  async keyOf(id: string): Promise<Buffer | null> {
    const [row] = await this.#db.query<{ key: Buffer | null }>(
      'SELECT key_sealed AS key FROM exchange_source WHERE id = $1',
      [id],
    );
    return row?.key ?? null;
  }

  /** Keeps the receipt, and that its source was heard. */
  async addReceipt(receipt: ExchangeReceipt): Promise<void> {
    await this.#db.query(
      `INSERT INTO exchange_receipt (id, source_id, received_at, body_sha256, rows, taken, unchanged, refused)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        receipt.id,
        receipt.sourceId,
        receipt.receivedAt,
        receipt.bodySha256,
        receipt.rows,
        receipt.taken,
        receipt.unchanged,
        JSON.stringify(receipt.refused),
      ],
    );
    await this.#db.query('UPDATE exchange_source SET heard_at = $2 WHERE id = $1', [
      receipt.sourceId,
      receipt.receivedAt,
    ]);
  }

  receipts(sourceId: string, limit: number): Promise<ExchangeReceipt[]> {
    return this.#db.query<ExchangeReceipt>(
      `SELECT id, source_id AS "sourceId", received_at AS "receivedAt", body_sha256 AS "bodySha256", rows, taken,
         unchanged, refused
       FROM exchange_receipt WHERE source_id = $1 ORDER BY id DESC LIMIT $2`,
      [sourceId, limit],
    );
  }
}
