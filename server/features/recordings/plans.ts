import type { RecordingPlan } from '#contract/footage.ts';
import type { Database } from '../../db/database.ts';

interface PlanRow {
  camera_id: string;
  mode: RecordingPlan['mode'];
  role: RecordingPlan['role'];
  pre_roll_sec: number;
  post_roll_sec: number;
  min_days: number | null;
  max_days: number | null;
}

/** How cameras are recorded, as rows. */
export class PlansRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<Map<string, RecordingPlan>> {
    const rows = await this.#db.query<PlanRow>('SELECT * FROM recording_plan');
    return new Map(
      rows.map((row) => [
        row.camera_id,
        {
          mode: row.mode,
          role: row.role,
          preRollSec: row.pre_roll_sec,
          postRollSec: row.post_roll_sec,
          minDays: row.min_days,
          maxDays: row.max_days,
        },
      ]),
    );
  }

  async save(cameraId: string, plan: RecordingPlan): Promise<void> {
    const { mode, role, preRollSec, postRollSec, minDays, maxDays } = plan;
    await this.#db.query(
      `INSERT INTO recording_plan (camera_id, mode, role, pre_roll_sec, post_roll_sec, min_days, max_days)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (camera_id) DO UPDATE SET mode = $2, role = $3, pre_roll_sec = $4, post_roll_sec = $5,
         min_days = $6, max_days = $7`,
      [cameraId, mode, role, preRollSec, postRollSec, minDays, maxDays],
    );
  }
}
