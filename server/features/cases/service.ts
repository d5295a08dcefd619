import type { CaseDetail, CasesAnswer, CasesQuery, Recount as Recounted } from '#contract/cases.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { Logger } from '#lib/logger.ts';
import type { ProblemBoard } from '#lib/problem-board.ts';
import type { Place, Within } from '#lib/rights.ts';
import type { BulkDatabase } from '../../db/database.ts';
import { clockOf } from './case-clock.ts';
import { caseById, proceduresOf, stepsOf } from './case-rows.ts';
import { listCases } from './case-list.ts';
import { CardDesk } from './cards/desk.ts';
import { deadline } from './deadline.ts';
import { DueClock } from './due-clock.ts';
import { Exchange } from './exchange.ts';
import { ExchangeFolder } from './exchange-folder.ts';
import { ExchangeTopic } from './exchange-topic.ts';
import { judgedOf, Judging } from './judging.ts';
import { countedLimit } from './limits/trace.ts';
import { OwnIntake } from './own-intake.ts';
import type { CalendarPort, PlacesPort } from './ports.ts';
import { Recount } from './recount.ts';
import { Registers } from './registers.ts';

export interface CasesDeps {
  db: BulkDatabase;
  clock: Clock;
  log: Logger;
  problems: ProblemBoard;
  secret: Buffer;
  halls: PlacesPort;
  calendar: CalendarPort;
  /** Into which files of cases are put; null: none is watched. */
  exchangeFolder?: string | null;
}

/** Supervision of cases 效能监督: registers, what approval systems hand over, own intake, and where each case stands. */
export class CasesService {
  readonly registers: Registers;
  readonly exchange: Exchange;
  readonly files: ExchangeFolder;
  readonly topic: ExchangeTopic;
  readonly own: OwnIntake;
  readonly judging: Judging;
  readonly cards: CardDesk;
  readonly due: DueClock;
  readonly recount: Recount;

  readonly #deps: CasesDeps;

  constructor(deps: CasesDeps) {
    this.#deps = deps;
    this.registers = new Registers(deps);
    this.judging = new Judging({ registers: this.registers, calendar: deps.calendar });
    const shared = { ...deps, registers: this.registers, judging: this.judging };
    this.cards = new CardDesk(shared);
    this.due = new DueClock({ ...shared, cards: this.cards });
    const onTaken = () => this.due.poke();
    this.recount = new Recount({ ...shared, onMoved: onTaken });
    this.exchange = new Exchange({ ...shared, onTaken });
    this.files = new ExchangeFolder({ ...shared, folder: deps.exchangeFolder ?? null, exchange: this.exchange });
    this.topic = new ExchangeTopic({ ...shared, exchange: this.exchange });
    this.own = new OwnIntake({ ...shared, onTaken });
  }

  async start(): Promise<void> {
    await this.registers.start();
    await this.due.start();
    await this.recount.start();
    this.exchange.start();
    this.files.start();
  }

  async stop(): Promise<void> {
    await this.files.stop();
    this.exchange.stop();
    await this.recount.stop();
    await this.due.stop();
    await this.registers.stop();
  }

  /** Of these places; null: all. */
  list(query: CasesQuery, within: Within | null): Promise<CasesAnswer> {
    return listCases(this.#deps.db, query, within);
  }

  /** When so many working days from `from` on end at that place; null where nobody knows. Epoch ms. */
  deadline(place: Place, from: number, days: number): number | null {
    return deadline(this.#deps.calendar, place, from, days);
  }

  placeOf(id: string): Promise<Place | undefined> {
    return caseById(this.#deps.db, id);
  }

  /** With both limits counted now, and their traces. Throws NOT_FOUND. */
  async detail(id: string): Promise<CaseDetail> {
    const { db, clock } = this.#deps;
    const found = await caseById(db, id);
    if (!found) throw new AppError('NOT_FOUND', id);
    const [steps, procedures, recounts] = await Promise.all([
      stepsOf(db, id),
      proceduresOf(db, [id]),
      db.query<Recounted>(
        `SELECT at, difference->'promised' AS promised, difference->'statutory' AS statutory
         FROM case_recount WHERE case_id = $1 ORDER BY at`,
        [id],
      ),
    ]);
    const own = procedures.get(id) ?? [];
    const judged = judgedOf(found, own, this.registers);
    const counted = this.judging.countedCase(judged);
    const limits = counted && clockOf(counted);
    return {
      ...found,
      item: judged.item,
      fields: this.registers.type(judged.item.typeId)?.form ?? [],
      steps,
      procedures: own,
      promised: limits && countedLimit(limits, counted.promised),
      statutory: limits && countedLimit(limits, counted.statutory),
      overageDays: limits ? limits.overage(counted.promised, judged.finishedAt ?? clock.now()) : 0,
      recounts,
    };
  }
}
