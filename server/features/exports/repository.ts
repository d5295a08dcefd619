import type { ErrorCode } from '#contract/errors.ts';
import type { ExportFile, FootageExport } from '#contract/footage.ts';
import type { MaskRegion } from '#contract/privacy.ts';
import { cameraIn } from '#lib/camera-in.ts';
import type { Database } from '../../db/database.ts';

/** An export as it is kept: how far a running one is, only its owner knows. */
export interface ExportRow extends Omit<FootageExport, 'progress'> {
  attempts: number;
  /** What is covered in its files, by camera. */
  covered: Record<string, readonly MaskRegion[]>;
}

const columns = `id, camera_ids AS "cameraIds", from_at AS "from", until_at AS until, exact, note, reason, status, code, files, attempts, covered,
  requested_by AS "requestedBy", requested_at AS "requestedAt", finished_at AS "finishedAt"`;

/** Exports in the database. */
export class ExportsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** The latest first, of those whose cameras are all in these halls; null: of all. */
  latest(limit: number, hallIds: readonly string[] | null): Promise<ExportRow[]> {
    return this.#db.query<ExportRow>(
      `SELECT ${columns} FROM footage_export
       WHERE NOT EXISTS (SELECT FROM unnest(camera_ids) AS asked WHERE NOT ${cameraIn('asked', '$2')})
       ORDER BY id DESC LIMIT $1`,
      [limit, hallIds],
    );
  }

  /** Those that wait or run, oldest first. */
  open(): Promise<ExportRow[]> {
    return this.#db.query<ExportRow>(
      `SELECT ${columns} FROM footage_export WHERE status IN ('waiting', 'running') ORDER BY id`,
    );
  }

  /** Those whose files are kept, oldest first. */
  kept(): Promise<ExportRow[]> {
    return this.#db.query<ExportRow>(
      `SELECT ${columns} FROM footage_export WHERE status = 'done' AND code IS NULL ORDER BY id`,
    );
  }

  async find(id: string): Promise<ExportRow | null> {
    return (await this.#db.query<ExportRow>(`SELECT ${columns} FROM footage_export WHERE id = $1`, [id]))[0] ?? null;
  }

  async insert(row: ExportRow): Promise<void> {
    await this.#db.query(
      `INSERT INTO footage_export (id, camera_ids, from_at, until_at, exact, note, status, requested_by, requested_at,
         covered, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[row.id, row.cameraIds, row.from, row.until, row.exact, row.note, row.status, row.requestedBy],
        ...[row.requestedAt, JSON.stringify(row.covered), row.reason],
      ],
    );
  }

  async begin(id: string): Promise<void> {
    await this.#db.query(`UPDATE footage_export SET status = 'running', attempts = attempts + 1 WHERE id = $1`, [id]);
  }

  async settle(
    id: string,
    end: { status: FootageExport['status']; code: ErrorCode | null; files: ExportFile[]; finishedAt: string | null },
  ): Promise<void> {
    await this.#db.query(
      'UPDATE footage_export SET status = $2, code = $3, files = $4, finished_at = $5 WHERE id = $1',
      [...[id, end.status, end.code, JSON.stringify(end.files), end.finishedAt]],
    );
  }

  async remove(id: string): Promise<void> {
    await this.#db.query('DELETE FROM footage_export WHERE id = $1', [id]);
  }
}
