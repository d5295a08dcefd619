import type { ServiceItem } from '#contract/registers.ts';
import { PROCEDURE_TYPE } from '#contract/registers.ts';
import { judge, type Counted, type Judged } from './case-clock.ts';
import { isEnd } from './case-machine.ts';
import type { Case, CaseState } from '#contract/cases.ts';
import type { CalendarPort } from './ports.ts';
import type { Registers } from './registers.ts';

/** What is asked to judge a case; epoch ms. */
export interface JudgedCase {
  item: ServiceItem;
  state: CaseState;
  hallId: string | null;
  regionId: string;
  acceptedAt: number | null;
  finishedAt: number | null;
  procedures: readonly { startedAt: number; endedAt: number | null; plannedDays: number }[];
}

/** What the clock of a case is written down as. */
export interface ClockFields {
  clock: 'running' | 'stopped' | 'unknown' | 'off';
  promisedAt: number | null;
  statutoryAt: number | null;
  provisional: boolean;
}

/** Judges cases and special procedures by registers and calendar as they are now. */
export class Judging {
  readonly #registers: Registers;
  readonly #calendar: CalendarPort;

  constructor({ registers, calendar }: { registers: Registers; calendar: CalendarPort }) {
    this.#registers = registers;
    this.#calendar = calendar;
  }

  /** Null before acceptance, and for what was voided: nothing counts. */
  countedCase(of: JudgedCase): Counted | null {
    if (of.acceptedAt === null || of.state === 'voided') return null;
    const { item } = of;
    return {
      acceptedAt: of.acceptedAt,
      finishedAt: of.finishedAt,
      counting: item.counting,
      promised: item.promised,
      statutory: item.statutory,
      stops: of.procedures.map(({ startedAt, endedAt }) => ({ from: startedAt, until: endedAt ?? of.finishedAt })),
      rungs: item.supervised ? (this.#registers.type(item.typeId)?.rungs ?? []) : [],
      rankOf: this.#rankOf,
      time: this.#calendar.workDays(of.hallId, of.regionId),
    };
  }

  /** A special procedure is a subject of its own: its limit is the days that were planned for it. */
  countedProcedure(of: JudgedCase, procedure: JudgedCase['procedures'][number]): Counted {
    return {
      acceptedAt: procedure.startedAt,
      finishedAt: procedure.endedAt ?? of.finishedAt,
      counting: 'day',
      promised: procedure.plannedDays,
      statutory: procedure.plannedDays,
      stops: [],
      rungs: of.item.supervised ? (this.#registers.type(PROCEDURE_TYPE)?.rungs ?? []) : [],
      rankOf: this.#rankOf,
      time: this.#calendar.workDays(of.hallId, of.regionId),
    };
  }

  judgeCase(of: JudgedCase, now: number): { judged: Judged | null; fields: ClockFields } {
    const counted = this.countedCase(of);
    if (!counted)
      return { judged: null, fields: { clock: 'off', promisedAt: null, statutoryAt: null, provisional: false } };
    const judged = judge(counted, now);
    const { promised, statutory } = judged;
    return {
      judged,
      fields: {
        clock: isEnd(of.state) ? 'off' : clockWord(promised.is, of.procedures),
        promisedAt: promised.is === 'due' ? promised.at : null,
        statutoryAt: statutory.is === 'due' ? statutory.at : null,
        provisional: promised.provisional || statutory.provisional,
      },
    };
  }

  readonly #rankOf = (level: string) => this.#registers.level(level)?.rank ?? 0;
}

function clockWord(is: Judged['promised']['is'], procedures: JudgedCase['procedures']): ClockFields['clock'] {
  if (is === 'unknown') return 'unknown';
  return procedures.some(({ endedAt }) => endedAt === null) ? 'stopped' : 'running';
}

/** A stored case as it is judged. */
export function judgedOf(
  row: Pick<Case, 'itemId' | 'itemVersion' | 'state' | 'hallId' | 'regionId' | 'acceptedAt' | 'finishedAt'>,
  procedures: readonly { startedAt: string; endedAt: string | null; plannedDays: number }[],
  registers: Registers,
): JudgedCase {
  return {
    item: registers.item(row.itemId, row.itemVersion)!,
    state: row.state,
    hallId: row.hallId,
    regionId: row.regionId,
    acceptedAt: epoch(row.acceptedAt),
    finishedAt: epoch(row.finishedAt),
    procedures: procedures.map(({ startedAt, endedAt, plannedDays }) => ({
      startedAt: Date.parse(startedAt),
      endedAt: epoch(endedAt),
      plannedDays,
    })),
  };
}

function epoch(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}
