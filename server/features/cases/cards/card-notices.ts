import type { Card, CardNotice } from '#contract/cards.ts';
import type { Bilingual } from '#contract/ids.ts';
import type { InboxItem } from '#contract/inbox.ts';
import type { Permission } from '#contract/permissions.ts';
import type { CardLevel } from '#contract/registers.ts';
import type { Place, Rights } from '#lib/rights.ts';
import type { Database } from '../../../db/database.ts';
import type { PlacesPort } from '../ports.ts';
import type { Registers } from '../registers.ts';
import { CardLoop, type CardLoopDeps } from './card-loop.ts';

/** What is told of a card outside of the house. */
export interface ToldCard extends Place {
  id: string;
  what: CardNotice['what'];
  caseNumber: string;
  level: Bilingual;
  department: Bilingual;
  item: Bilingual;
  feedbackDueAt: string | null;
}

export interface CardNoticesDeps extends CardLoopDeps {
  db: Database;
  registers: Pick<Registers, 'level' | 'department' | 'itemAt'>;
  halls: PlacesPort;
  people: {
    /** Usernames of those who may in one of these halls at least; null: anywhere. */
    whoMay(permission: Permission, hallIds: readonly string[] | null): readonly string[];
    rightsOf(username: string): Rights;
  };
  outputs: {
    /** Puts it down within the transaction of the caller. */
    putCard(inside: Database, to: CardLevel['telling']['to'], card: ToldCard): Promise<void>;
    /** Something was put down. */
    poke(): void;
  };
}

type Untold = Pick<Card, 'id' | 'level' | 'departmentId' | 'regionId' | 'hallId' | 'caseNumber' | 'itemId'> &
  Pick<Card, 'state' | 'issuedBy' | 'feedbackDueAt'> & { told: CardNotice['what'] | null };

const BATCH = 20;

/**
 * Notices of cards 告知: that one was issued or revoked is told to those who answer for it, of grave levels to the office
 * above as well, and by the outputs of the level. What is told is written in one transaction with the mark that it was, so that
 * a kill tells nobody twice and leaves nobody out; who was told, and when he read it, stays with the card.
 */
export class CardNotices {
  readonly #deps: CardNoticesDeps;
  readonly #loop: CardLoop;

  constructor(deps: CardNoticesDeps) {
    this.#deps = deps;
    this.#loop = new CardLoop(deps, () => this.#tick(), 'cards not told, again soon');
  }

  start(): void {
    this.#loop.start();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Resolves when everything that is known now was told. */
  settled(): Promise<void> {
    return this.#loop.settled();
  }

  /** Who was told of a card, and who has read it. */
  of(cardId: string): Promise<CardNotice[]> {
    return this.#deps.db.query<CardNotice>(
      `SELECT what, username, told_at AS "toldAt", read_at AS "readAt" FROM card_notice
       WHERE card_id = $1 ORDER BY told_at, what, username`,
      [cardId],
    );
  }

  /** Somebody has read what he was told of it; the first time counts. */
  async read(cardId: string, username: string): Promise<void> {
    const { clock, db } = this.#deps;
    await db.query('UPDATE card_notice SET read_at = $3 WHERE card_id = $1 AND username = $2 AND read_at IS NULL', [
      ...[cardId, username, iso(clock.now())],
    ]);
  }

  async waiting(rights: Rights, username: string): Promise<InboxItem[]> {
    const rows = await this.#deps.db.query<Omit<InboxItem & { of: 'card' }, 'of' | 'todo' | 'dueAt'>>(
      `SELECT card.id, c.number AS title, card.region_id AS "regionId", card.hall_id AS "hallId", card.level,
         min(n.told_at) AS since
       FROM card_notice AS n JOIN card ON card.id = n.card_id JOIN handled_case AS c ON c.id = card.case_id
       WHERE n.username = $1 AND n.read_at IS NULL GROUP BY card.id, c.number`,
      [username],
    );
    const seen = rows.filter((row) => rights.mayAt('case.view', { hallId: row.hallId, regionId: row.regionId }));
    return seen.map((row) => ({ ...row, of: 'card' as const, todo: 'read' as const, dueAt: null }));
  }

  async #tick(): Promise<boolean> {
    const { db, outputs } = this.#deps;
    const untold = await db.query<Untold>(UNTOLD);
    for (const card of untold) await db.transaction((inside) => this.#tell(inside, card));
    if (untold.length > 0) outputs.poke();
    return untold.length === BATCH;
  }

  async #tell(inside: Database, card: Untold): Promise<void> {
    const { clock, outputs, registers } = this.#deps;
    const what = card.state === 'revoked' ? 'revoked' : 'issued';
    const level = registers.level(card.level)!;
    await inside.query('UPDATE card SET told = $2 WHERE id = $1', [card.id, what]);
    // revoked before anybody heard of it
    if (what === 'revoked' && card.told === null) return;
    await inside.query(
      `INSERT INTO card_notice (card_id, what, username, told_at) 
       SELECT $1, $2, username, $4 FROM account WHERE username = ANY ($3) ON CONFLICT DO NOTHING`,
      [card.id, what, this.#recipients(card, level), iso(clock.now())],
    );
    await outputs.putCard(inside, level.telling.to, {
      ...{ id: card.id, what, caseNumber: card.caseNumber, hallId: card.hallId, regionId: card.regionId },
      ...{ level: level.name, feedbackDueAt: card.feedbackDueAt },
      department: registers.department(card.departmentId)!.name,
      item: registers.itemAt(card.itemId, clock.now())!.name,
    });
  }

  /** Who answers for the carded side there and does not issue cards himself; the office above, where the level says so. */
  #recipients(card: Untold, level: CardLevel): string[] {
    const { people } = this.#deps;
    const place = { hallId: card.hallId, regionId: card.regionId };
    const answering = people.whoMay('card.answer', card.hallId === null ? null : [card.hallId]).filter((username) => {
      const rights = people.rightsOf(username);
      return rights.mayAt('card.answer', place) && !rights.mayAt('card.issue', place);
    });
    const above = level.telling.above ? this.#officeAbove(card.regionId) : [];
    return [...new Set([...answering, ...above])].filter((username) => username !== card.issuedBy);
  }

  /** Who issues cards in the next region above, and not in all beyond it too; where that is nobody, in the next but one. */
  #officeAbove(regionId: string): string[] {
    const { halls, people } = this.#deps;
    const parentOf = (of: string) => halls.regions().find(({ id }) => id === of)?.parentId ?? null;
    const issuing = people.whoMay('card.issue', null);
    for (let at = parentOf(regionId); at !== null; at = parentOf(at)) {
      const [here, beyond] = [at, parentOf(at)];
      const found = issuing.filter((username) => {
        const rights = people.rightsOf(username);
        return rights.mayInRegion('card.issue', here) && !rights.mayInRegion('card.issue', beyond);
      });
      if (found.length > 0) return found;
    }
    return [];
  }
}

const UNTOLD = `
  SELECT card.id, card.level, card.department_id AS "departmentId", card.region_id AS "regionId", card.hall_id AS "hallId",
    c.number AS "caseNumber", c.item_id AS "itemId", card.state, card.issued_by AS "issuedBy",
    card.feedback_due_at AS "feedbackDueAt", card.told
  FROM card JOIN handled_case AS c ON c.id = card.case_id
  WHERE card.told IS NULL AND card.issued_at IS NOT NULL OR card.told = 'issued' AND card.state = 'revoked'
  ORDER BY card.id LIMIT ${BATCH}`;

function iso(at: number): string {
  return new Date(at).toISOString();
}
