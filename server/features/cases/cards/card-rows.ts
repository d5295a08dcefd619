import type { Card, Exculpation } from '#contract/cards.ts';
import { CardAct, CardBasis, type CardsAnswer, type CardsQuery, type Outage } from '#contract/cards.ts';
import type { Within } from '#lib/rights.ts';
import type { Database } from '../../../db/database.ts';
import { violationOf } from '../../../db/violations.ts';
import { isWithin } from '../../../db/within.ts';
import type { CardLife } from './card-machine.ts';

export type NewCard = Omit<Card, 'caseNumber' | 'itemId' | 'counts'> & { basis: CardBasis };

/** A card counts where it is active and no graver active one of the same case or procedure stands beside it. */
const COLUMNS = `card.id, card.case_id AS "caseId", c.number AS "caseNumber", c.item_id AS "itemId",
  card.procedure_id AS "procedureId", card.level, card.type_id AS "typeId", card.type_version AS "typeVersion",
  card.department_id AS "departmentId", card.region_id AS "regionId", card.hall_id AS "hallId", card.inspection_id AS "inspectionId",
  card.step, card.state,
  card.feedback, card.appeal, card.revoke_by AS "revokeBy", card.acts, card.proposed_at AS "proposedAt",
  card.issued_at AS "issuedAt", card.issued_by AS "issuedBy", card.feedback_due_at AS "feedbackDueAt",
  card.appeal_until AS "appealUntil",
  card.state IN ('issued', 'supervised', 'closed') AND NOT EXISTS (
    SELECT 1 FROM card AS other JOIN card_level AS higher ON higher.id = other.level
    WHERE other.case_id = card.case_id AND other.procedure_id IS NOT DISTINCT FROM card.procedure_id
      AND other.state IN ('issued', 'supervised', 'closed') AND higher.rank > level.rank) AS counts`;
const FROM = `card JOIN handled_case AS c ON c.id = card.case_id JOIN card_level AS level ON level.id = card.level`;

/** Cards and their acts in the database. */
export class CardRows {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(query: CardsQuery, within: Within | null): Promise<CardsAnswer> {
    const values: unknown[] = [];
    const bind = (value: unknown) => `$${values.push(value)}`;
    const equal = {
      'card.state': query.state,
      'card.level': query.level,
      'card.department_id': query.departmentId,
      'card.hall_id': query.hallId,
      'card.case_id': query.caseId,
    };
    const where = [within === null ? 'true' : isWithin(bind(within.hallIds), bind(within.regionIds), 'card.')];
    for (const [column, value] of Object.entries(equal))
      if (value !== undefined) where.push(`${column} = ${bind(value)}`);
    if (query.after !== undefined) where.push(`card.id < ${bind(query.after)}`);
    const rows = await this.#db.query<Card>(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE ${where.join(' AND ')} ORDER BY card.id DESC LIMIT ${bind(query.limit + 1)}`,
      values,
    );
    const cards = rows.slice(0, query.limit);
    return { cards, next: rows.length > query.limit ? cards.at(-1)!.id : null };
  }

  async byId(id: string): Promise<(Card & { basis: CardBasis }) | undefined> {
    const [row] = await this.#db.query<Card & { basis: unknown }>(
      `SELECT ${COLUMNS}, card.basis FROM ${FROM} WHERE card.id = $1`,
      [id],
    );
    return row && { ...row, basis: CardBasis.parse(row.basis) };
  }

  /** Held for this transaction: of two who act at once, the second waits here and then sees what the first did. */
  async lock(id: string): Promise<boolean> {
    return (await this.#db.query('SELECT 1 FROM card WHERE id = $1 FOR UPDATE', [id])).length > 0;
  }

  async history(id: string): Promise<CardAct[]> {
    const rows = await this.#db.query<CardAct & { details: { exculpations?: Exculpation[] } }>(
      'SELECT seq, at, by, act, note, details FROM card_act WHERE card_id = $1 ORDER BY seq',
      [id],
    );
    return rows.map(({ details, ...row }) => CardAct.parse({ ...row, exculpations: details.exculpations ?? [] }));
  }

  /** Whether there is such an inspection of that hall. */
  async wasSeen(inspectionId: string, hallId: string | null): Promise<boolean> {
    const rows = await this.#db.query('SELECT 1 FROM inspection WHERE id = $1 AND hall_id = $2', [
      inspectionId,
      hallId,
    ]);
    return rows.length > 0;
  }

  /** False where one of this level stands already. */
  async add(card: NewCard): Promise<boolean> {
    try {
      await this.#db.transaction(async (inside) => {
        await inside.query(
          `INSERT INTO card (id, case_id, procedure_id, level, type_id, type_version, department_id, region_id, hall_id,
             step, basis, state, feedback, appeal, acts, proposed_at, inspection_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $15, $16)`,
          [
            card.id,
            card.caseId,
            card.procedureId,
            card.level,
            card.typeId,
            card.typeVersion,
            card.departmentId,
            card.regionId,
            card.hallId,
            card.step,
            JSON.stringify(card.basis),
            card.state,
            card.feedback,
            card.appeal,
            card.proposedAt,
            card.inspectionId,
          ],
        );
      });
      return true;
    } catch (error) {
      if (violationOf(error)?.constraint === 'card_once') return false;
      throw error;
    }
  }

  async addAct(cardId: string, act: CardAct): Promise<void> {
    await this.#db.query(
      'INSERT INTO card_act (card_id, seq, at, by, act, note, details) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [cardId, act.seq, act.at, act.by, act.act, act.note, JSON.stringify({ exculpations: act.exculpations })],
    );
    await this.#db.query('UPDATE card SET acts = $2 WHERE id = $1', [cardId, act.seq]);
  }

  async saveLife(cardId: string, { state, feedback, appeal, revokeBy }: CardLife): Promise<void> {
    await this.#db.query('UPDATE card SET state = $2, feedback = $3, appeal = $4, revoke_by = $5 WHERE id = $1', [
      ...[cardId, state, feedback, appeal, revokeBy],
    ]);
  }

  async saveIssue(
    cardId: string,
    issue: { at: string; by: string | null; feedbackDueAt: string | null; appealUntil: string | null },
  ): Promise<void> {
    await this.#db.query(
      'UPDATE card SET issued_at = $2, issued_by = $3, feedback_due_at = $4, appeal_until = $5 WHERE id = $1',
      [cardId, issue.at, issue.by, issue.feedbackDueAt, issue.appealUntil],
    );
  }

  async saveAppealUntil(cardId: string, until: string | null): Promise<void> {
    await this.#db.query('UPDATE card SET appeal_until = $2 WHERE id = $1', [cardId, until]);
  }

  /** Proposed ones of a subject whose level is not reached any more. */
  async unfounded(caseId: string, procedureId: number | null, rank: number): Promise<{ id: string; acts: number }[]> {
    return this.#db.query(
      `SELECT card.id, card.acts FROM card JOIN card_level AS level ON level.id = card.level
       WHERE card.case_id = $1 AND card.procedure_id IS NOT DISTINCT FROM $2 AND card.state = 'proposed'
         AND level.rank > $3
       FOR UPDATE OF card`,
      [caseId, procedureId, rank],
    );
  }

  outages(sourceId: string | null, from: string, until: string): Promise<Outage[]> {
    return this.#db.query<Outage>(
      `SELECT id, source_id AS "sourceId", began_at AS "beganAt", ended_at AS "endedAt", note, noted_by AS "notedBy"
       FROM case_outage
       WHERE ended_at > $2 AND began_at < $3 AND (source_id IS NULL OR source_id = $1) ORDER BY began_at`,
      [sourceId, from, until],
    );
  }

  async addOutage(outage: Outage): Promise<void> {
    await this.#db.query(
      'INSERT INTO case_outage (id, source_id, began_at, ended_at, note, noted_by) VALUES ($1, $2, $3, $4, $5, $6)',
      [outage.id, outage.sourceId, outage.beganAt, outage.endedAt, outage.note, outage.notedBy],
    );
  }
}
