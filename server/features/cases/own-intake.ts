import { ulid } from 'ulid';
import { CaseInput, type CaseOutcome, type ProcedureInput } from '#contract/cases.ts';
import { ExchangeCodes, type ExchangeCase } from '#contract/exchange.ts';
import type { Department } from '#contract/registers.ts';
import { AppError } from '#lib/app-error.ts';
import type { Clock } from '#lib/clock.ts';
import type { BulkDatabase } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import { isEnd } from './case-machine.ts';
import { caseById, proceduresOf, stepsOf } from './case-rows.ts';
import { takeCases } from './intake.ts';
import type { Judging } from './judging.ts';
import type { PlacesPort } from './ports.ts';
import { prepare } from './prepare.ts';
import type { Registers } from './registers.ts';

export interface OwnIntakeDeps {
  db: BulkDatabase;
  clock: Clock;
  halls: PlacesPort;
  registers: Registers;
  judging: Judging;
  onTaken: () => void;
}

/** Source of cases that are taken in by hand. */
const OWN = '';
const noCodes = ExchangeCodes.parse({});

/**
 * The small intake for departments without a system: accept, step, procedures, finish. Each act makes a revision of the
 * case as an approval system would hand it over, and takes the same way in. Acts throw NOT_FOUND, FORBIDDEN for a case of
 * an approval system, and CASE_ACT_REFUSED where the state of the case does not allow them.
 */
export class OwnIntake {
  readonly #deps: OwnIntakeDeps;

  constructor(deps: OwnIntakeDeps) {
    this.#deps = deps;
  }

  /** Gives the id of the new case. Items of departments in which one may not are not known. */
  accept(input: CaseInput, mayIn: (department: Department) => boolean): Promise<string> {
    const { clock } = this.#deps;
    const given = CaseInput.parse(input);
    const now = this.#now();
    const row: ExchangeCase = {
      number: given.number ?? ulid(clock.now()),
      revision: 1,
      item: given.itemId,
      window: given.windowId,
      ticket: given.ticketId,
      form: given.form,
      acceptedAt: given.acceptedAt ?? now,
      steps: [],
      procedures: [],
    };
    return this.#committed((inside) => this.#take(inside, row, mayIn));
  }

  step(id: string, step: string): Promise<string> {
    return this.#change(id, (row, now) => ({ ...row, steps: [...row.steps, { step, at: now }] }));
  }

  finish(id: string, outcome: CaseOutcome): Promise<string> {
    return this.#change(id, (row, now) => ({ ...row, finishedAt: now, outcome }));
  }

  void(id: string): Promise<string> {
    return this.#change(id, (row, now) => ({ ...row, voidedAt: now }));
  }

  begin(id: string, procedure: ProcedureInputOf): Promise<string> {
    return this.#change(id, (row, now) => ({
      ...row,
      procedures: [...row.procedures, { ...procedure, startedAt: now, endedAt: null }],
    }));
  }

  end(id: string, procedureId: number): Promise<string> {
    return this.#change(id, (row, now) => {
      const procedure = row.procedures[procedureId - 1];
      if (!procedure) throw new AppError('NOT_FOUND', String(procedureId));
      if (procedure.endedAt) throw new AppError('CASE_ACT_REFUSED', 'not-from-this-state');
      return { ...row, procedures: row.procedures.with(procedureId - 1, { ...procedure, endedAt: now }) };
    });
  }

  #change(id: string, edit: (row: ExchangeCase, now: string) => ExchangeCase): Promise<string> {
    return this.#committed(async (inside) => {
      const row = await this.#asHandedOver(inside, id);
      return this.#take(inside, edit({ ...row, revision: row.revision + 1 }, this.#now()));
    });
  }

  /** The clock of cases is told behind the commit: before it, it would look, find nothing, and sleep. */
  async #committed(take: (inside: BulkDatabase) => Promise<string>): Promise<string> {
    const id = await this.#deps.db.transaction(take).catch((error: unknown) => {
      // somebody else took one of this number at the same time
      throw violationOf(error)?.kind === 'unique' ? new AppError('CONFLICT', 'the number is taken') : error;
    });
    this.#deps.onTaken();
    return id;
  }

  async #take(
    inside: BulkDatabase,
    row: ExchangeCase,
    mayIn: (department: Department) => boolean = () => true,
  ): Promise<string> {
    const { clock, registers, halls, judging } = this.#deps;
    const read = prepare(row, {
      now: clock.now(),
      codes: noCodes,
      departmentIds: registers.departments().map(({ id }) => id),
      itemAt: (itemId, at) => {
        const item = registers.itemAt(itemId, at);
        return item && mayIn(registers.department(item.departmentId)!) ? item : undefined;
      },
      department: (departmentId) => registers.department(departmentId),
      hasHall: (hallId) => halls.get(hallId) !== undefined,
      formOf: (typeId) => registers.type(typeId)?.form ?? [],
      registers,
    });
    if (!read.ok) throw new AppError('CASE_ACT_REFUSED', `${read.why}: ${read.detail}`);
    const [taken] = await takeCases(inside, { sourceId: OWN, cases: [read.case], judging, now: clock.now() });
    if (taken?.is !== 'taken') throw new AppError('CONFLICT', row.number);
    return taken.id;
  }

  async #asHandedOver(inside: BulkDatabase, id: string): Promise<ExchangeCase> {
    const found = await caseById(inside, id, true);
    if (!found) throw new AppError('NOT_FOUND', id);
    if (found.sourceId !== null) throw new AppError('FORBIDDEN', `it is kept by ${found.sourceId}`);
    if (isEnd(found.state)) throw new AppError('CASE_ACT_REFUSED', `after-its-end: it is ${found.state}`);
    const procedures = (await proceduresOf(inside, [id])).get(id) ?? [];
    return {
      number: found.number,
      revision: found.revision,
      item: found.itemId,
      hall: found.hallId,
      window: found.windowId,
      ticket: found.ticketId,
      form: found.form,
      acceptedAt: found.acceptedAt,
      steps: await stepsOf(inside, id),
      procedures: procedures.map(({ kind, legalBasis, approver, plannedDays, startedAt, endedAt }) => ({
        ...{ kind, legalBasis, approver, plannedDays, startedAt, endedAt },
      })),
    };
  }

  #now(): string {
    return new Date(this.#deps.clock.now()).toISOString();
  }
}

type ProcedureInputOf = typeof ProcedureInput._output;
