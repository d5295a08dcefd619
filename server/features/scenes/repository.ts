import type { Scene } from '#contract/scenes.ts';
import type { Database } from '../../db/database.ts';

const columns = `id, name, cells, owner, shared, updated_at AS "updatedAt"`;
/** A scene that somebody made: it has an owner and a version. */
export type StoredScene = Scene & { owner: string; updatedAt: string };

/** Scenes that people made, in the database. */
export class ScenesRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  list(): Promise<StoredScene[]> {
    return this.#db.query<StoredScene>(`SELECT ${columns} FROM wall_scene ORDER BY id`);
  }

  async save({ id, name, cells, owner, shared, updatedAt }: StoredScene): Promise<void> {
    await this.#db.query(
      `INSERT INTO wall_scene (id, name, cells, owner, shared, updated_at) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET name = $2, cells = $3, shared = $5, updated_at = $6`,
      [id, JSON.stringify(name), JSON.stringify(cells), owner, shared, updatedAt],
    );
  }

  async remove(id: string): Promise<void> {
    await this.#db.query('DELETE FROM wall_scene WHERE id = $1', [id]);
  }
}
