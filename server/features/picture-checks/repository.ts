import type { PictureFault, PictureFaultRecord } from '#contract/picture-check.ts';
import type { SeatRegion } from '#contract/seats.ts';
import type { Database } from '../../db/database.ts';
import type { Light } from './ports.ts';

export interface StoredReference {
  cameraId: string;
  light: Light;
  picture: Buffer;
  madeAt: string;
  /** null: learnt. */
  confirmedBy: string | null;
}

export interface OpenFault {
  id: number;
  cameraId: string;
  fault: PictureFault;
  since: string;
  confidence: number;
}

interface ReferenceRow {
  camera_id: string;
  light: Light;
  picture: Buffer;
  made_at: string;
  confirmed_by: string | null;
}

interface FaultRow {
  id: number;
  fault: PictureFault;
  light: Light;
  since: string;
  until: string | null;
  confidence: number;
  has_picture: boolean;
}

/** References and faults of pictures in the database. */
export class PictureChecksRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async references(cameraId: string): Promise<StoredReference[]> {
    const rows = await this.#db.query<ReferenceRow>(
      'SELECT camera_id, light, picture, made_at, confirmed_by FROM picture_reference WHERE camera_id = $1',
      [cameraId],
    );
    return rows.map(({ camera_id, light, picture, made_at, confirmed_by }) => ({
      cameraId: camera_id,
      light,
      picture,
      madeAt: made_at,
      confirmedBy: confirmed_by,
    }));
  }

  /** A view that was learnt never takes the place of one that was confirmed. */
  async saveReference({ cameraId, light, picture, madeAt, confirmedBy }: StoredReference, jpeg: Buffer): Promise<void> {
    await this.#db.query(
      `INSERT INTO picture_reference (camera_id, light, picture, jpeg, made_at, confirmed_by)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (camera_id, light) DO UPDATE SET picture = excluded.picture, jpeg = excluded.jpeg,
         made_at = excluded.made_at, confirmed_by = excluded.confirmed_by
       WHERE excluded.confirmed_by IS NOT NULL OR picture_reference.confirmed_by IS NULL`,
      [cameraId, light, picture, jpeg, madeAt, confirmedBy],
    );
  }

  async referenceJpeg(cameraId: string, light: Light): Promise<Buffer | null> {
    const rows = await this.#db.query<{ jpeg: Buffer }>(
      'SELECT jpeg FROM picture_reference WHERE camera_id = $1 AND light = $2',
      [cameraId, light],
    );
    return rows[0]?.jpeg ?? null;
  }

  /** By camera. */
  async seats(): Promise<Map<string, SeatRegion[]>> {
    const rows = await this.#db.query<SeatRegion & { cameraId: string }>(
      'SELECT camera_id AS "cameraId", window_id AS "windowId", region FROM seat_region ORDER BY hall_id, window_id',
    );
    const seats = Map.groupBy(rows, ({ cameraId }) => cameraId);
    return new Map([...seats].map(([id, of]) => [id, of.map(({ windowId, region }) => ({ windowId, region }))]));
  }

  /** All of one camera; what another one told of is taken from it. */
  async saveSeats(cameraId: string, hallId: string, seats: readonly SeatRegion[]): Promise<void> {
    await this.#db.transaction(async (db) => {
      await db.query('DELETE FROM seat_region WHERE camera_id = $1', [cameraId]);
      for (const { windowId, region } of seats) {
        await db.query(
          `INSERT INTO seat_region (hall_id, window_id, camera_id, region) VALUES ($1, $2, $3, $4)
           ON CONFLICT (hall_id, window_id) DO UPDATE SET camera_id = $3, region = $4`,
          [hallId, windowId, cameraId, JSON.stringify(region)],
        );
      }
    });
  }

  async openFaults(): Promise<OpenFault[]> {
    const rows = await this.#db.query<Omit<OpenFault, 'cameraId'> & { camera_id: string }>(
      'SELECT id, camera_id, fault, since, confidence FROM picture_fault WHERE until IS NULL',
    );
    return rows.map(({ camera_id, ...row }) => ({ ...row, cameraId: camera_id }));
  }

  async open(fault: Omit<OpenFault, 'id'> & { light: Light }, jpeg: Buffer | null): Promise<void> {
    await this.#db.query(
      `INSERT INTO picture_fault (camera_id, fault, light, confidence, since, jpeg) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (camera_id, fault) WHERE until IS NULL DO NOTHING`,
      [fault.cameraId, fault.fault, fault.light, fault.confidence, fault.since, jpeg],
    );
  }

  async close(cameraId: string, fault: PictureFault, until: string): Promise<void> {
    await this.#db.query(
      `UPDATE picture_fault SET until = greatest(since, $3::timestamptz)
       WHERE camera_id = $1 AND fault = $2 AND until IS NULL`,
      [cameraId, fault, until],
    );
  }

  /** The newest first. */
  async history(cameraId: string, limit: number): Promise<PictureFaultRecord[]> {
    const rows = await this.#db.query<FaultRow>(
      `SELECT id, fault, light, since, until, confidence, jpeg IS NOT NULL AS has_picture
       FROM picture_fault WHERE camera_id = $1 ORDER BY since DESC, id DESC LIMIT $2`,
      [cameraId, limit],
    );
    return rows.map(({ has_picture, ...row }) => ({ ...row, hasPicture: has_picture }));
  }

  async faultJpeg(cameraId: string, id: number): Promise<Buffer | null> {
    const rows = await this.#db.query<{ jpeg: Buffer | null }>(
      'SELECT jpeg FROM picture_fault WHERE camera_id = $1 AND id = $2',
      [cameraId, id],
    );
    return rows[0]?.jpeg ?? null;
  }

  /** Forgets what is over since before, and all but the newest pictures of each camera. */
  async purge(before: string, picturesOfCamera: number): Promise<void> {
    await this.#db.query('DELETE FROM picture_fault WHERE until < $1', [before]);
    await this.#db.query(
      `UPDATE picture_fault SET jpeg = NULL WHERE jpeg IS NOT NULL AND id IN (
         SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY camera_id ORDER BY since DESC) AS age
                         FROM picture_fault WHERE jpeg IS NOT NULL) AS pictures WHERE age > $1)`,
      [picturesOfCamera],
    );
  }
}
