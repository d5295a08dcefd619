import { createHash } from 'node:crypto';
import type { CaseOutcome, CaseStep, ProcedureKind } from '#contract/cases.ts';
import type { ExchangeCase, ExchangeCodes, RowRefusal } from '#contract/exchange.ts';
import { CaseOutcome as Outcomes, ProcedureKind as Kinds } from '#contract/cases.ts';
import type { FormField, FormValues } from '#contract/forms.ts';
import type { Department, ServiceItem } from '#contract/registers.ts';
import { wrongInForm, type ListedPort } from './case-form.ts';
import { liveThrough, type CaseEvent, type CaseLife } from './case-machine.ts';

/** Clocks of other houses go a little before ours. */
const AHEAD_MS = 5 * 60_000;

export interface PreparedProcedure {
  id: number;
  kind: ProcedureKind;
  legalBasis: string;
  approver: string;
  plannedDays: number;
  startedAt: number;
  endedAt: number | null;
}

/** A case that was handed over, in our own terms, before it is stored. */
export interface PreparedCase {
  number: string;
  revision: number;
  /** SHA-256 of what was said: the same revision must say the same. */
  content: Buffer;
  item: ServiceItem;
  department: Department;
  hallId: string | null;
  windowId: string | null;
  ticketId: string | null;
  /** What the form of its type asks. */
  form: FormValues;
  life: CaseLife;
  steps: CaseStep[];
  procedures: PreparedProcedure[];
}

export interface PrepareContext {
  now: number;
  codes: ExchangeCodes;
  /** Whose cases may be handed over. */
  departmentIds: readonly string[];
  itemAt(id: string, at: number): ServiceItem | undefined;
  department(id: string): Department | undefined;
  hasHall(id: string): boolean;
  /** What is asked of cases of a type. */
  formOf(typeId: string): readonly FormField[];
  /** What forms may name. */
  registers: ListedPort;
}

export type Prepared = { ok: true; case: PreparedCase } | { ok: false; why: RowRefusal; detail: string };

/** Reads one case in our own terms, or says why it cannot be taken. Pure. */
export function prepare(row: ExchangeCase, context: PrepareContext): Prepared {
  try {
    return { ok: true, case: read(row, context) };
  } catch (error) {
    if (error instanceof NotTaken) return { ok: false, why: error.why, detail: error.message };
    throw error;
  }
}

class NotTaken extends Error {
  readonly why: RowRefusal;

  constructor(why: RowRefusal, detail: string) {
    super(detail);
    this.why = why;
  }
}

function read(row: ExchangeCase, context: PrepareContext): PreparedCase {
  const acceptedAt = epoch(row.acceptedAt);
  const itemId = context.codes.items[row.item] ?? row.item;
  const item = context.itemAt(itemId, acceptedAt ?? context.now);
  if (!item) throw new NotTaken('item-unknown', row.item);
  const department = context.department(item.departmentId)!;
  if (!context.departmentIds.includes(department.id))
    throw new NotTaken('item-of-others', `${itemId} of ${department.id}`);
  if (department.closedAt !== null && (acceptedAt ?? context.now) >= Date.parse(department.closedAt))
    throw new NotTaken('department-closed', `${department.id} since ${department.closedAt}`);
  const hallId = row.hall ?? department.hallId;
  if (hallId !== null && !context.hasHall(hallId)) throw new NotTaken('hall-unknown', hallId);

  const form = row.form ?? {};
  const wrong = wrongInForm(context.formOf(item.typeId), form, {
    ...{ departmentId: department.id, acceptedAt: acceptedAt ?? context.now },
    registers: context.registers,
  });
  if (wrong !== null) throw new NotTaken('form', wrong);

  const procedures = row.procedures.map((each, i): PreparedProcedure => ({
    id: i + 1,
    kind: ours(context.codes.procedures, each.kind, Kinds.options, 'procedure'),
    legalBasis: each.legalBasis,
    approver: each.approver,
    plannedDays: each.plannedDays,
    startedAt: Date.parse(each.startedAt),
    endedAt: epoch(each.endedAt),
  }));
  const backwards = procedures.find(({ startedAt, endedAt }) => endedAt !== null && endedAt < startedAt);
  if (backwards) throw new NotTaken('not-from-this-state', `procedure ${backwards.id} ends before it begins`);
  const steps = row.steps.map(({ step, at }) => ({ step: context.codes.steps[step] ?? step, at: iso(Date.parse(at)) }));
  const unknown = steps.find(({ step }) => !item.steps.some(({ id }) => id === step));
  if (unknown) throw new NotTaken('code-unknown', `step ${unknown.step}`);

  const events = eventsOf(row, steps, procedures, context);
  const ahead = events.find(({ at }) => at > context.now + AHEAD_MS);
  if (ahead) throw new NotTaken('in-the-future', `${ahead.do} at ${iso(ahead.at)}`);
  const lived = liveThrough(events);
  if (!lived.ok) throw new NotTaken(lived.why, lived.detail);
  return {
    number: row.number,
    revision: row.revision,
    content: createHash('sha256').update(JSON.stringify(row)).digest(),
    item,
    department,
    hallId,
    windowId: row.window ?? null,
    ticketId: row.ticket ?? null,
    form,
    life: lived.life,
    steps,
    procedures,
  };
}

function eventsOf(
  row: ExchangeCase,
  steps: readonly CaseStep[],
  procedures: readonly PreparedProcedure[],
  { codes }: PrepareContext,
): CaseEvent[] {
  const events: CaseEvent[] = [];
  const add = (what: 'accept' | 'refuse' | 'return' | 'void', at: string | null | undefined) => {
    if (at) events.push({ do: what, at: Date.parse(at) });
  };
  add('accept', row.acceptedAt);
  add('refuse', row.refusedAt);
  add('return', row.returnedAt);
  add('void', row.voidedAt);
  for (const { step, at } of steps) events.push({ do: 'step', at: Date.parse(at), step });
  for (const { id, kind, startedAt, endedAt } of procedures) {
    events.push({ do: 'begin', at: startedAt, procedure: id, kind });
    if (endedAt !== null) events.push({ do: 'end', at: endedAt, procedure: id });
  }
  if (row.finishedAt) {
    if (!row.outcome) throw new NotTaken('outcome-missing', 'finished without an outcome');
    const outcome: CaseOutcome = ours(codes.outcomes, row.outcome, Outcomes.options, 'outcome');
    events.push({ do: 'finish', at: Date.parse(row.finishedAt), outcome });
  }
  return events;
}

/** What a foreign code is here; what is not mapped is taken for ours. */
function ours<T extends string>(codes: Record<string, T>, code: string, known: readonly T[], noun: string): T {
  const found = codes[code] ?? known.find((each) => each === code);
  if (!found) throw new NotTaken('code-unknown', `${noun} ${code}`);
  return found;
}

function epoch(at: string | null | undefined): number | null {
  return at ? Date.parse(at) : null;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
