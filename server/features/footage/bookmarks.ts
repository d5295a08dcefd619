import { ulid } from 'ulid';
import type { Bookmark, BookmarkInput, CameraMark, MarkRequest } from '#contract/footage.ts';
import { AppError } from '#lib/app-error.ts';
import { cameraIn } from '#lib/camera-in.ts';
import type { Clock } from '#lib/clock.ts';
import type { Database } from '../../db/database.ts';

const columns = `id, camera_id AS "cameraId", at, note, created_by AS "createdBy", created_at AS "createdAt"`;
const MOST = 1000;

export interface BookmarksWanted {
  cameras: readonly string[] | null;
  from: string | null;
  until: string | null;
  hallIds: readonly string[] | null;
}

/** Notes at instants of footage. */
export class Bookmarks {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** By time, the latest 1000 of those asked for that are in these halls. Cameras and halls null: of all. */
  async list({ cameras, from, until, hallIds }: BookmarksWanted): Promise<Bookmark[]> {
    const rows = await this.#db.query<Bookmark>(
      `SELECT ${columns} FROM footage_bookmark
       WHERE ($1::text[] IS NULL OR camera_id = ANY($1)) AND ($2::timestamptz IS NULL OR at >= $2)
         AND ($3::timestamptz IS NULL OR at < $3) AND ${cameraIn('camera_id', '$4')}
       ORDER BY at DESC, id DESC LIMIT ${MOST}`,
      [cameras, from, until, hallIds],
    );
    return rows.reverse();
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<Bookmark> {
    const [row] = await this.#db.query<Bookmark>(`SELECT ${columns} FROM footage_bookmark WHERE id = $1`, [id]);
    if (!row) throw new AppError('NOT_FOUND', id);
    return row;
  }

  async add({ cameraId, at, note }: BookmarkInput, username: string): Promise<Bookmark> {
    const now = this.#clock.now();
    const rows = await this.#db.query<Bookmark>(
      `INSERT INTO footage_bookmark (id, camera_id, at, note, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)
       RETURNING ${columns}`,
      [ulid(now), cameraId, at, note, username, new Date(now).toISOString()],
    );
    return rows[0]!;
  }

  /** Who wrote it stays. Throws NOT_FOUND. */
  async change(id: string, { cameraId, at, note }: BookmarkInput): Promise<Bookmark> {
    const rows = await this.#db.query<Bookmark>(
      `UPDATE footage_bookmark SET camera_id = $2, at = $3, note = $4 WHERE id = $1 RETURNING ${columns}`,
      [id, cameraId, at, note],
    );
    if (!rows[0]) throw new AppError('NOT_FOUND', id);
    return rows[0];
  }

  /** Throws NOT_FOUND. */
  async remove(id: string): Promise<void> {
    const rows = await this.#db.query('DELETE FROM footage_bookmark WHERE id = $1 RETURNING id', [id]);
    if (rows.length === 0) throw new AppError('NOT_FOUND', id);
  }

  async marks({ cameras, from, until }: MarkRequest): Promise<CameraMark[]> {
    const found = await this.list({ cameras: cameras.map(({ id }) => id), from, until, hallIds: null });
    return found.map(({ id, cameraId, at, note }) => {
      return { cameraId, kind: 'bookmark', id, from: at, until: null, label: note, severity: null };
    });
  }
}
