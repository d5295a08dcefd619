import { createHash } from 'node:crypto';
import type { PlanImage } from '#contract/places.ts';
import { AppError } from '#lib/app-error.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { imageHeader } from '#lib/image-header.ts';

export interface StoredImage {
  mediaType: string;
  bytes: Buffer;
}

/** The pictures under floor plans. One that no plan names for a day goes, so that who tries out a few leaves none behind. */
export class PlanImages {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Keeps a picture for a hall. Throws PLAN_IMAGE_UNUSABLE where it is no PNG or JPEG, NOT_FOUND where there is no such hall. */
  async put(hallId: string, bytes: Buffer): Promise<PlanImage> {
    const header = imageHeader(bytes);
    if (!header) throw new AppError('PLAN_IMAGE_UNUSABLE');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    try {
      await this.#db.query(
        `INSERT INTO plan_image (hall_id, sha256, media_type, bytes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (hall_id, sha256) DO UPDATE SET created_at = now()`,
        [hallId, sha256, header.type, bytes],
      );
    } catch (error) {
      if (violationOf(error)?.kind === 'foreign-key') throw new AppError('NOT_FOUND', hallId, { cause: error });
      throw error;
    }
    await this.#db.query(
      `DELETE FROM plan_image i USING hall h
       WHERE i.hall_id = $1 AND h.id = i.hall_id AND i.created_at < now() - interval '1 day'
         AND i.sha256 IS DISTINCT FROM h.floor_plan -> 'image' ->> 'sha256'`,
      [hallId],
    );
    return { sha256, width: header.width, height: header.height };
  }

  /** Throws NOT_FOUND. */
  async get(hallId: string, sha256: string): Promise<StoredImage> {
    const [row] = await this.#db.query<{ media_type: string; bytes: Buffer }>(
      'SELECT media_type, bytes FROM plan_image WHERE hall_id = $1 AND sha256 = $2',
      [hallId, sha256],
    );
    if (!row) throw new AppError('NOT_FOUND', sha256);
    return { mediaType: row.media_type, bytes: row.bytes };
  }

  async has(hallId: string, sha256: string): Promise<boolean> {
    const rows = await this.#db.query('SELECT 1 FROM plan_image WHERE hall_id = $1 AND sha256 = $2', [hallId, sha256]);
    return rows.length > 0;
  }
}
