import { exercises, type ExerciseId, type Training } from '#contract/training.ts';
import type { Rights } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';

export interface TrainingDeps {
  db: Database;
  isOpen: boolean;
}

const act = (table: string, name: string) => `SELECT min(at) FROM ${table} WHERE by = $1 AND act = '${name}'`;

/** When somebody first did each: what counts is what stands in the acts of the house. */
const FIRST: Record<ExerciseId, string> = {
  acknowledge: act('alert_act', 'acknowledge'),
  'read-announcement': 'SELECT min(at) FROM announcement_read WHERE username = $1',
  'issue-card': act('card_act', 'issue'),
  'answer-card': act('card_act', 'feedback'),
  'give-order': act('matter_act', 'issue'),
  'answer-citizen': act('matter_act', 'reply'),
  'agree-to-revoke': act('card_act', 'confirm-revoke'),
};

/** Guided training 实训 in the demo hall. */
export class TrainingService {
  readonly #deps: TrainingDeps;

  constructor(deps: TrainingDeps) {
    this.#deps = deps;
  }

  async of(rights: Rights, username: string): Promise<Training> {
    const { db, isOpen } = this.#deps;
    const ids = isOpen ? (Object.keys(exercises) as ExerciseId[]).filter((id) => rights.may(exercises[id])) : [];
    if (ids.length === 0) return { isOpen, exercises: [] };
    const columns = ids.map((id) => `(${FIRST[id]}) AS "${id}"`).join(', ');
    const [row] = await db.query<Record<string, string | null>>(`SELECT ${columns}`, [username]);
    return { isOpen, exercises: ids.map((id) => ({ id, doneAt: row![id] ?? null })) };
  }
}
