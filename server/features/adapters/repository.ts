import { AdapterVersion, type AdapterDefinition } from '#contract/adapters.ts';
import { AppError } from '#lib/app-error.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';

interface Row {
  id: string;
  version: number;
  definition: unknown;
  changed_by: string;
  changed_at: string;
}

/** The newest version of an adapter, or the one by which it was removed. */
export type Newest = { id: string; version: number; kept: AdapterVersion | null };

const COLUMNS = 'adapter_id AS id, version, definition, changed_by, changed_at';

/** The key of an adapter's devices, as it is kept. */
export interface KeptKey {
  keyHash: string;
  issuedAt: string;
}

/** Every version of every adapter, which stays as it is written, and the keys of their devices. */
export class AdapterRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Those that were removed too, as their numbers go on. */
  async newest(): Promise<Newest[]> {
    const rows = await this.#db.query<Row>(
      `SELECT DISTINCT ON (adapter_id) ${COLUMNS} FROM adapter_version ORDER BY adapter_id, version DESC`,
    );
    return rows.map((row) => ({ id: row.id, version: row.version, kept: row.definition ? versionOf(row) : null }));
  }

  /** The newest first. */
  async versions(id: string): Promise<AdapterVersion[]> {
    const rows = await this.#db.query<Row>(
      `SELECT ${COLUMNS} FROM adapter_version WHERE adapter_id = $1 AND definition IS NOT NULL ORDER BY version DESC`,
      [id],
    );
    return rows.map(versionOf);
  }

  async keys(): Promise<Map<string, KeptKey>> {
    const rows = await this.#db.query<{ id: string } & KeptKey>(
      'SELECT adapter_id AS id, key_hash AS "keyHash", issued_at AS "issuedAt" FROM adapter_key',
    );
    return new Map(rows.map(({ id, ...key }) => [id, key]));
  }

  async setKey(id: string, { keyHash, issuedAt }: KeptKey): Promise<void> {
    await this.#db.query(
      `INSERT INTO adapter_key (adapter_id, key_hash, issued_at) VALUES ($1, $2, $3)
       ON CONFLICT (adapter_id) DO UPDATE SET key_hash = EXCLUDED.key_hash, issued_at = EXCLUDED.issued_at`,
      [id, keyHash, issuedAt],
    );
  }

  async dropKey(id: string): Promise<void> {
    await this.#db.query('DELETE FROM adapter_key WHERE adapter_id = $1', [id]);
  }

  /** Throws CONFLICT where there is such a version. */
  async add(row: { id: string; version: number; definition: AdapterDefinition | null; by: string; at: string }) {
    try {
      await this.#db.query('INSERT INTO adapter_version VALUES ($1, $2, $3, $4, $5)', [
        ...[row.id, row.version, row.definition && JSON.stringify(row.definition), row.by, row.at],
      ]);
    } catch (error) {
      if (violationOf(error)?.kind !== 'unique') throw error;
      throw new AppError('CONFLICT', `version ${row.version} exists`, { cause: error });
    }
  }
}

function versionOf({ id, version, definition, changed_by, changed_at }: Row): AdapterVersion {
  return AdapterVersion.parse({ id, version, definition, changedBy: changed_by, changedAt: changed_at });
}
