import {
  OutageInput,
  type Card,
  type CardBasis,
  type CardByHandInput,
  type CardDetail,
  type CardInput,
  type CardsAnswer,
  type CardsQuery,
  type Exculpation,
  type Outage,
} from '#contract/cards.ts';
import type { Case, Procedure } from '#contract/cases.ts';
import type { InboxItem } from '#contract/inbox.ts';
import { PROCEDURE_TYPE } from '#contract/registers.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import { Emitter } from '#lib/emitter.ts';
import type { Logger } from '#lib/logger.ts';
import { Rights, type Place, type Within } from '#lib/rights.ts';
import type { z } from 'zod';
import type { Database } from '../../../db/database.ts';
import { clockOf, judge, type Counted, type Judged } from '../case-clock.ts';
import { caseById, isoOrNull, proceduresOf } from '../case-rows.ts';
import { deadline } from '../deadline.ts';
import { nextId } from '../intake.ts';
import { judgedOf, type Judging } from '../judging.ts';
import { countedLimit } from '../limits/trace.ts';
import type { CalendarPort, PlacesPort } from '../ports.ts';
import type { Registers } from '../registers.ts';
import { proposed, step } from './card-machine.ts';
import { CardRows, type NewCard } from './card-rows.ts';
import { exculpationsOf } from './exculpation.ts';
import { waitingCards } from './waiting.ts';

export interface CardDeskDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  registers: Registers;
  judging: Judging;
  calendar: CalendarPort;
  halls: PlacesPort;
}

/** Working days within which the carded side may appeal. */
const APPEAL_DAYS = 5;

/** A level that was reached, by the clock of cases. */
export interface Reaching {
  row: Case;
  /** Null: the case itself. */
  procedureId: number | null;
  counted: Counted;
  judged: Judged;
}

/** Who proposes a card by hand, why, and after what he saw; the clock of cases has none of it. */
interface ByWhom {
  by: string | null;
  note: string;
  inspectionId: string | null;
}

/** Cards 发牌: proposed by rule, issued, answered, appealed and revoked by people. */
export class CardDesk {
  /** Somebody acted on this card. */
  readonly acted = new Emitter<string>();
  readonly #deps: CardDeskDeps;

  constructor(deps: CardDeskDeps) {
    this.#deps = deps;
  }

  /**
   * Proposes a card for the level that was reached, with its proof, inside the transaction that found it. False where one of
   * that level is there already.
   */
  async propose(
    inside: Database,
    { row, procedureId, counted, judged }: Reaching,
    { inspectionId, ...from }: ByWhom = { by: null, note: '', inspectionId: null },
  ): Promise<string | null> {
    const { clock, log, registers } = this.#deps;
    const { rung, ending } = judged.reached!;
    const now = clock.now();
    const limits = clockOf(counted);
    const typeId = procedureId === null ? registers.item(row.itemId, row.itemVersion)!.typeId : PROCEDURE_TYPE;
    const basis: CardBasis = {
      rung,
      endedAt: iso(ending.at),
      provisional: ending.provisional,
      limit: countedLimit(limits, counted[rung.of]),
      judgedAt: iso(now),
      overageDays: limits.overage(counted[rung.of], counted.finishedAt ?? now),
    };
    const card: NewCard = {
      ...proposed,
      id: nextId(now),
      caseId: row.id,
      procedureId,
      level: rung.level,
      typeId,
      typeVersion: registers.type(typeId)!.version,
      departmentId: row.departmentId,
      regionId: row.regionId,
      hallId: row.hallId,
      inspectionId,
      step: row.step,
      acts: 0,
      proposedAt: iso(now),
      issuedAt: null,
      issuedBy: null,
      feedbackDueAt: null,
      appealUntil: null,
      basis,
    };
    const rows = new CardRows(inside);
    if (!(await rows.add(card))) return null;
    await rows.addAct(card.id, { ...from, seq: 1, at: card.proposedAt, act: 'propose', exculpations: [] });
    log.info({ cardId: card.id, caseId: row.id, level: card.level }, 'card proposed');
    if (rung.automatic) await this.#issueByRule(inside, card.id);
    return card.id;
  }

  /** Throws NOT_FOUND, REQUEST_INVALID for a level that is no card and an inspection that is none, CARD_ACT_REFUSED before acceptance, CONFLICT. */
  async byHand(
    { caseId, level, note, inspectionId }: CardByHandInput,
    by: string,
    rights: Rights,
  ): Promise<CardDetail> {
    const { clock, db, judging, registers } = this.#deps;
    if (!registers.level(level)?.card)
      throw new AppError('REQUEST_INVALID', [{ path: 'level', message: `${level} is no card` }]);
    const id = await db.transaction(async (inside) => {
      const row = await caseById(inside, caseId, true);
      if (!row || !rights.mayAt('card.issue', row)) throw new AppError('NOT_FOUND', caseId);
      const procedures = (await proceduresOf(inside, [row.id])).get(row.id) ?? [];
      const counted = judging.countedCase(judgedOf(row, procedures, registers));
      if (!counted) throw new AppError('CARD_ACT_REFUSED', `the case is ${row.state}`);
      const judged = judge(counted, clock.now());
      const rung = { level, of: 'promised' as const, afterDays: 0 };
      const reached = { rung, ending: judged.promised };
      if (inspectionId !== null && !(await new CardRows(inside).wasSeen(inspectionId, row.hallId)))
        throw new AppError('REQUEST_INVALID', [{ path: 'inspectionId', message: 'no such inspection in its hall' }]);
      return this.propose(
        inside,
        { row, procedureId: null, counted, judged: { ...judged, reached } },
        { by, note, inspectionId },
      );
    });
    if (id === null) throw new AppError('CONFLICT', `one of ${level} is there`);
    return this.detail(id, rights);
  }

  /** A rule that a person has marked automatic needs nobody, where nothing may excuse the card. */
  async #issueByRule(inside: Database, id: string): Promise<void> {
    const card = await this.#detail(inside, id, Rights.none);
    if (card.exculpations.length > 0) return;
    const now = this.#deps.clock.now();
    const stepped = step(card, { act: 'issue', by: null, at: now });
    if (!stepped.ok) throw new AppError(stepped.code, stepped.why);
    const rows = new CardRows(inside);
    await rows.saveLife(id, stepped.life);
    await rows.addAct(id, { seq: card.acts + 1, at: iso(now), by: null, act: 'issue', note: '', exculpations: [] });
    await rows.saveIssue(id, { at: iso(now), by: null, ...this.#deadlines(card, now) });
  }

  /** Cancels proposed cards of levels above the one that is reached: what is known now does not bear them out. */
  async withdraw(inside: Database, caseId: string, procedureId: number | null, level: string | null): Promise<void> {
    const rank = level === null ? 0 : this.#deps.registers.level(level)!.rank;
    const rows = new CardRows(inside);
    for (const { id, acts } of await rows.unfounded(caseId, procedureId, rank)) {
      await rows.saveLife(id, { ...proposed, state: 'cancelled' });
      const at = iso(this.#deps.clock.now());
      await rows.addAct(id, { seq: acts + 1, at, by: null, act: 'cancel', note: '', exculpations: [] });
    }
  }

  /** Of these places; null: all. */
  list(query: CardsQuery, within: Within | null): Promise<CardsAnswer> {
    return new CardRows(this.#deps.db).list(query, within);
  }

  placeOf(id: string): Promise<Place | undefined> {
    return new CardRows(this.#deps.db).byId(id);
  }

  waiting(rights: Rights, username: string): Promise<InboxItem[]> {
    return waitingCards(this.#deps.db, rights, username);
  }

  /** As it is for whoever asks. Throws NOT_FOUND. */
  detail(id: string, rights = Rights.none): Promise<CardDetail> {
    return this.#detail(this.#deps.db, id, rights);
  }

  /**
   * A person acts. Throws NOT_FOUND; CONFLICT where somebody else acted since; CARD_EXCUSED, CARD_SECOND_PERSON,
   * CARD_ACT_REFUSED as the card stands.
   */
  async act(id: string, input: CardInput, by: string, rights = Rights.none): Promise<CardDetail> {
    const { clock, db, log } = this.#deps;
    const detail = await db.transaction(async (inside) => {
      const rows = new CardRows(inside);
      if (!(await rows.lock(id))) throw new AppError('NOT_FOUND', id);
      const card = await this.#detail(inside, id, rights);
      if (card.acts !== input.seen) throw new AppError('CONFLICT', `${card.acts} acts, not ${input.seen}`);
      const at = clock.now();
      const stepped = step(card, {
        act: input.act,
        by,
        at,
        excused: card.exculpations.length > 0 && input.note === '',
        appealUntil: card.appealUntil === null ? null : Date.parse(card.appealUntil),
        above: card.above,
      });
      if (!stepped.ok) throw new AppError(stepped.code, stepped.why);
      await rows.saveLife(id, stepped.life);
      const exculpations = input.act === 'issue' ? card.exculpations : [];
      await rows.addAct(id, { seq: card.acts + 1, at: iso(at), by, act: input.act, note: input.note, exculpations });
      if (input.act === 'issue') await rows.saveIssue(id, { at: iso(at), by, ...this.#deadlines(card, at) });
      if (input.act === 'reject-appeal') await rows.saveAppealUntil(id, this.#deadlines(card, at).appealUntil);
      return this.#detail(inside, id, rights);
    });
    log.info({ cardId: id, act: input.act, by }, 'card acted upon');
    this.acted.emit(id);
    return detail;
  }

  async addOutage(input: z.input<typeof OutageInput>, notedBy: string | null): Promise<Outage> {
    const outage: Outage = { ...OutageInput.parse(input), id: nextId(this.#deps.clock.now()), notedBy };
    await new CardRows(this.#deps.db).addOutage(outage);
    return outage;
  }

  async #detail(db: Database, id: string, rights: Rights): Promise<CardDetail> {
    const rows = new CardRows(db);
    const card = await rows.byId(id);
    if (!card) throw new AppError('NOT_FOUND', id);
    const row = (await caseById(db, card.caseId))!;
    const procedures = (await proceduresOf(db, [row.id])).get(row.id) ?? [];
    const history = await rows.history(id);
    const exculpations = await this.#exculpations(db, card, row, procedures);
    return { ...card, case: row, history, exculpations, above: this.#isAbove(card, rights) };
  }

  /** Whether somebody has the region above that of the card whole. */
  #isAbove({ regionId }: Card, rights: Rights): boolean {
    const region = this.#deps.halls.regions().find(({ id }) => id === regionId);
    return rights.mayInRegion('card.issue', region?.parentId ?? null);
  }

  async #exculpations(
    db: Database,
    card: Card & { basis: CardBasis },
    row: Case,
    procedures: readonly Procedure[],
  ): Promise<Exculpation[]> {
    const { clock, judging, registers } = this.#deps;
    const judged = judgedOf(row, procedures, registers);
    const own = judged.procedures[(card.procedureId ?? 0) - 1];
    const counted = own ? judging.countedProcedure(judged, own) : judging.countedCase(judged);
    const reached = counted && judge(counted, clock.now()).level;
    const rank = (level: string | null) => (level === null ? 0 : (registers.level(level)?.rank ?? 0));
    const [source] =
      row.sourceId === null
        ? []
        : await db.query<{ heardAt: string | null }>(
            'SELECT heard_at AS "heardAt" FROM exchange_source WHERE id = $1',
            [row.sourceId],
          );
    const endedAt = Date.parse(card.basis.endedAt);
    const acceptedAt = counted?.acceptedAt ?? endedAt;
    return exculpationsOf({
      basis: card.basis,
      stillReached: rank(reached) >= rank(card.level),
      acceptedAt,
      firstReceivedAt: Date.parse(row.firstReceivedAt),
      finishedAt: counted?.finishedAt ?? null,
      running: card.procedureId === null ? procedures.filter(runs).map(started) : [],
      // of a card by hand the limit may not be over: nobody is silent since then
      sourceHeardAt: source?.heardAt && endedAt < clock.now() ? Date.parse(source.heardAt) : null,
      outages: await new CardRows(db).outages(row.sourceId, iso(acceptedAt), card.basis.endedAt),
    });
  }

  /** Until when the carded side answers, and may appeal, in working days from the day after. */
  #deadlines(card: Card, now: number): { feedbackDueAt: string | null; appealUntil: string | null } {
    const { calendar, registers } = this.#deps;
    const until = (days: number) => isoOrNull(deadline(calendar, card, now, days));
    return {
      feedbackDueAt: until(registers.type(card.typeId)?.feedbackDays ?? APPEAL_DAYS),
      appealUntil: until(APPEAL_DAYS),
    };
  }
}

function runs({ endedAt }: Procedure): boolean {
  return endedAt === null;
}

function started({ kind, startedAt }: Procedure): { kind: string; startedAt: number } {
  return { kind, startedAt: Date.parse(startedAt) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
