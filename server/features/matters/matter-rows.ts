import type { Matter, MatterAct, MattersAnswer, MattersQuery } from '#contract/matters.ts';
import type { Within } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { isWithin } from '../../db/within.ts';

/** A matter as it is stored: its contact sealed, and when its clock looks at it again. */
export type StoredMatter = Matter & { contact: Buffer | null; nextDueAt: string | null };

const COLUMNS = `id, kind, number, state, title, text, region_id AS "regionId", hall_id AS "hallId",
  window_id AS "windowId", department_id AS "departmentId", from_region_id AS "fromRegionId", subject, parent_id AS "parentId",
  reply_days AS "replyDays", verdict, rating, acts, made_at AS "madeAt", made_by AS "madeBy", due_at AS "dueAt",
  escalations, closed_at AS "closedAt"`;

/** Matters and their acts in the database. */
export class MatterRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(query: MattersQuery, within: Within | null, now: string): Promise<MattersAnswer> {
    const values: unknown[] = [];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const where = [within === null ? 'true' : isWithin(bind(within.hallIds), bind(within.regionIds))];
    if (query.kinds) where.push(`kind = ANY(${bind(query.kinds)})`);
    const equal = { state: query.state, department_id: query.departmentId, hall_id: query.hallId };
    for (const [column, value] of Object.entries(equal))
      if (value !== undefined) where.push(`${column} = ${bind(value)}`);
    if (query.open !== undefined) where.push(`closed_at IS ${query.open === 'true' ? '' : 'NOT'} NULL`);
    if (query.late !== undefined) where.push(`due_at < ${bind(now)}`);
    if (query.after !== undefined) where.push(`id < ${bind(query.after)}`);
    const rows = await this.#db.query<Matter>(
      `SELECT ${COLUMNS} FROM matter WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ${bind(query.limit + 1)}`,
      values,
    );
    const matters = rows.slice(0, query.limit);
    return { matters, next: rows.length > query.limit ? matters.at(-1)!.id : null };
  }

  /** `lock`: of two who act at once, the second waits here and then sees what the first did. */
  async byId(id: string, lock = false): Promise<StoredMatter | undefined> {
    const [row] = await this.#db.query<StoredMatter>(
      `SELECT ${COLUMNS}, contact, next_due_at AS "nextDueAt" FROM matter WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`,
      [id],
    );
    return row;
  }

  async idOf(number: string): Promise<string | undefined> {
    const [row] = await this.#db.query<{ id: string }>('SELECT id FROM matter WHERE number = $1', [number]);
    return row?.id;
  }

  children(id: string): Promise<Matter[]> {
    return this.#db.query<Matter>(`SELECT ${COLUMNS} FROM matter WHERE parent_id = $1 ORDER BY id`, [id]);
  }

  history(id: string): Promise<MatterAct[]> {
    return this.#db.query<MatterAct>(
      `SELECT seq, at, by, act, note, verdict, rating, department_id AS "departmentId"
       FROM matter_act WHERE matter_id = $1 ORDER BY seq`,
      [id],
    );
  }

  async nextOrderNumber(year: number): Promise<string> {
    const [row] = await this.#db.query<{ n: number }>(`SELECT nextval('order_number') AS n`);
    return `${year}-${String(row!.n).padStart(4, '0')}`;
  }

  /** False where a matter of this event is there already. */
  async add(matter: StoredMatter): Promise<boolean> {
    const added = await this.#db.query(
      `INSERT INTO matter (id, kind, number, state, title, text, region_id, hall_id, department_id, from_region_id, subject,
         parent_id, reply_days, contact, rating, acts, made_at, made_by, due_at, next_due_at, window_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16, $17, $18, $18, $19)
       ON CONFLICT ((subject->>'id')) WHERE subject->>'of' = 'event' DO NOTHING RETURNING id`,
      [
        ...[matter.id, matter.kind, matter.number, matter.state, matter.title, matter.text, matter.regionId],
        ...[matter.hallId, matter.departmentId, matter.fromRegionId, matter.subject && JSON.stringify(matter.subject)],
        ...[matter.parentId, matter.replyDays, matter.contact, matter.rating, matter.madeAt, matter.madeBy],
        ...[matter.dueAt, matter.windowId],
      ],
    );
    return added.length > 0;
  }

  async save(matter: StoredMatter): Promise<void> {
    await this.#db.query(
      `UPDATE matter SET state = $2, department_id = $3, verdict = $4, rating = $5, due_at = $6, next_due_at = $7,
         escalations = $8, closed_at = $9, region_id = $10, hall_id = $11 WHERE id = $1`,
      [
        ...[matter.id, matter.state, matter.departmentId, matter.verdict, matter.rating, matter.dueAt],
        ...[matter.nextDueAt, matter.escalations, matter.closedAt, matter.regionId, matter.hallId],
      ],
    );
  }

  async addAct(id: string, act: MatterAct): Promise<void> {
    await this.#db.query(
      `INSERT INTO matter_act (matter_id, seq, at, by, act, note, verdict, rating, department_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, act.seq, act.at, act.by, act.act, act.note, act.verdict, act.rating, act.departmentId],
    );
    await this.#db.query('UPDATE matter SET acts = $2 WHERE id = $1', [id, act.seq]);
  }

  due(now: string, limit: number): Promise<StoredMatter[]> {
    return this.#db.query<StoredMatter>(
      `SELECT ${COLUMNS}, contact, next_due_at AS "nextDueAt" FROM matter WHERE next_due_at < $1
       ORDER BY next_due_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
      [now],
    );
  }

  async earliest(): Promise<number> {
    const [row] = await this.#db.query<{ at: string | null }>('SELECT min(next_due_at) AS at FROM matter');
    return row?.at ? Date.parse(row.at) : Infinity;
  }
}
