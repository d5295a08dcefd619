import type { DriveTarget, ScreenDrive, ScreenRef, ScreenShow } from '#contract/screens.ts';
import type { Database } from '../../db/database.ts';

/** What an alert has brought to a screen. */
export interface Driven {
  alertId: string;
  /** Epoch ms. */
  until: number;
}

export interface StoredScreen extends ScreenRef {
  show: ScreenShow;
  lockedBy: string | null;
  seenAt: string;
}

export interface StoredDrive extends DriveTarget {
  drive: ScreenDrive;
}

/** What screens of the wall come back to. */
export class ScreensRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  screens(): Promise<StoredScreen[]> {
    return this.#db.query<StoredScreen>(
      `SELECT group_name AS "group", name, show, locked_by AS "lockedBy", seen_at AS "seenAt" FROM wall_screen
       ORDER BY group_name, name`,
    );
  }

  drives(): Promise<StoredDrive[]> {
    return this.#db.query<StoredDrive>(`SELECT group_name AS "group", nullif(name, '') AS name, drive FROM wall_drive`);
  }

  async save({ group, name, show, lockedBy, seenAt }: StoredScreen): Promise<void> {
    await this.#db.query(
      `INSERT INTO wall_screen (group_name, name, show, locked_by, seen_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (group_name, name) DO UPDATE SET show = $3, locked_by = $4, seen_at = $5`,
      [group, name, JSON.stringify(show), lockedBy, seenAt],
    );
  }

  /** What alerts had brought to screens, and may still last. */
  driven(): Promise<(ScreenRef & { driven: Driven })[]> {
    return this.#db.query(
      'SELECT group_name AS "group", name, driven FROM wall_screen WHERE driven IS NOT NULL ORDER BY group_name, name',
    );
  }

  async saveDriven({ group, name }: ScreenRef, driven: Driven | null): Promise<void> {
    await this.#db.query('UPDATE wall_screen SET driven = $3 WHERE group_name = $1 AND name = $2', [
      ...[group, name, driven && JSON.stringify(driven)],
    ]);
  }

  async remove({ group, name }: ScreenRef): Promise<void> {
    await this.#db.query('DELETE FROM wall_screen WHERE group_name = $1 AND name = $2', [group, name]);
    await this.saveDrive({ group, name }, null);
  }

  async saveDrive({ group, name }: DriveTarget, drive: ScreenDrive | null): Promise<void> {
    if (drive === null) {
      await this.#db.query('DELETE FROM wall_drive WHERE group_name = $1 AND name = $2', [group, name ?? '']);
      return;
    }
    await this.#db.query(
      `INSERT INTO wall_drive (group_name, name, drive) VALUES ($1, $2, $3)
       ON CONFLICT (group_name, name) DO UPDATE SET drive = $3`,
      [group, name ?? '', JSON.stringify(drive)],
    );
  }
}
