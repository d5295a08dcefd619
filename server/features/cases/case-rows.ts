import type { Case, CaseStep, Procedure } from '#contract/cases.ts';
import type { Database } from '../../db/database.ts';
import type { ClockFields } from './judging.ts';
import type { PreparedCase } from './prepare.ts';

export interface KnownCase {
  id: string;
  number: string;
  revision: number;
  content: Buffer;
  level: string | null;
}

/** A case to be written, with its clock. */
export interface NewCase {
  id: string;
  prepared: PreparedCase;
  /** It was known before, at a lower revision. */
  replaces: boolean;
  fields: ClockFields;
  nextDueAt: number | null;
}

/** Where a case stands by its clock. */
export interface CaseStand {
  id: string;
  level: string | null;
  nextDueAt: number | null;
  fields: ClockFields;
}

export const CASE_COLUMNS = `id, nullif(source_id, '') AS "sourceId", number, revision, item_id AS "itemId",
  item_version AS "itemVersion", department_id AS "departmentId", region_id AS "regionId", hall_id AS "hallId",
  window_id AS "windowId", ticket_id AS "ticketId", form, state, accepted_at AS "acceptedAt", finished_at AS "finishedAt", outcome,
  step, clock, promised_at AS "promisedAt", statutory_at AS "statutoryAt", provisional, level,
  next_due_at AS "nextDueAt", received_at AS "receivedAt", first_received_at AS "firstReceivedAt"`;

export async function knownCases(db: Database, sourceId: string, numbers: readonly string[]): Promise<KnownCase[]> {
  return db.query<KnownCase>(
    `SELECT id, number, revision, content, level FROM handled_case
     WHERE source_id = $1 AND number = ANY ($2) FOR UPDATE`,
    [sourceId, numbers],
  );
}

export async function caseById(db: Database, id: string, lock = false): Promise<Case | undefined> {
  const [row] = await db.query<Case>(
    `SELECT ${CASE_COLUMNS} FROM handled_case WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`,
    [id],
  );
  return row;
}

export function stepsOf(db: Database, caseId: string): Promise<CaseStep[]> {
  return db.query<CaseStep>('SELECT step, at FROM case_step WHERE case_id = $1 ORDER BY seq', [caseId]);
}

/** Of these cases, by the id of the case. */
export async function proceduresOf(db: Database, caseIds: readonly string[]): Promise<Map<string, Procedure[]>> {
  if (caseIds.length === 0) return new Map();
  const rows = await db.query<Procedure & { caseId: string }>(
    `SELECT case_id AS "caseId", id, kind, legal_basis AS "legalBasis", approver, planned_days AS "plannedDays",
       started_at AS "startedAt", ended_at AS "endedAt", level
     FROM case_procedure WHERE case_id = ANY ($1) ORDER BY case_id, id`,
    [caseIds],
  );
  const byCase = new Map<string, Procedure[]>();
  for (const { caseId, ...procedure } of rows) byCase.set(caseId, [...(byCase.get(caseId) ?? []), procedure]);
  return byCase;
}

/**
 * Writes cases whole, a hundred or five thousand of them in three statements. What stands under the same source and number
 * is replaced but for its id and the level that it has reached, which is the clock's to change.
 */
export async function writeCases(
  db: Database,
  sourceId: string,
  cases: readonly NewCase[],
  now: number,
): Promise<void> {
  if (cases.length === 0) return;
  await db.query(WRITE_CASES, [sourceId, iso(now), JSON.stringify(cases.map(rowOf))]);
  const replaced = cases.filter(({ replaces }) => replaces);
  if (replaced.length > 0) await forget(db, replaced);
  const steps = cases.flatMap(({ id, prepared }) => prepared.steps.map(({ step, at }, seq) => ({ id, seq, step, at })));
  if (steps.length > 0) await db.query(WRITE_STEPS, [JSON.stringify(steps)]);
  const procedures = cases.flatMap(({ id, prepared }) => prepared.procedures.map((each) => procedureRow(id, each)));
  if (procedures.length > 0) await db.query(WRITE_PROCEDURES, [JSON.stringify(procedures), iso(now)]);
}

/** Of cases that were known, what this revision does not know any more. */
async function forget(db: Database, cases: readonly NewCase[]): Promise<void> {
  const ids = cases.map(({ id }) => id);
  await db.query('DELETE FROM case_step WHERE case_id = ANY ($1)', [ids]);
  await db.query(FORGET_PROCEDURES, [ids, cases.map(({ prepared }) => prepared.procedures.length)]);
}

const WRITE_CASES = `
  INSERT INTO handled_case AS old (id, source_id, number, revision, content, item_id, item_version, department_id, region_id,
    hall_id, window_id, ticket_id, form, state, accepted_at, finished_at, outcome, step, clock, promised_at, statutory_at,
    provisional, next_due_at, received_at, first_received_at)
  SELECT id, $1, number, revision, decode(content, 'hex'), item_id, item_version, department_id, region_id, hall_id, window_id,
    ticket_id, form, state, accepted_at, finished_at, outcome, step, clock, promised_at, statutory_at, provisional, next_due_at, $2, $2
  FROM jsonb_to_recordset($3) AS c (id text, number text, revision integer, content text, item_id text, item_version integer,
    department_id text, region_id text, hall_id text, window_id text, ticket_id text, form jsonb, state text, accepted_at timestamptz,
    finished_at timestamptz, outcome text, step text, clock text, promised_at timestamptz, statutory_at timestamptz,
    provisional boolean, next_due_at timestamptz)
  ON CONFLICT (source_id, number) DO UPDATE SET revision = EXCLUDED.revision, content = EXCLUDED.content,
    item_id = EXCLUDED.item_id, item_version = EXCLUDED.item_version, department_id = EXCLUDED.department_id,
    region_id = EXCLUDED.region_id, hall_id = EXCLUDED.hall_id, window_id = EXCLUDED.window_id,
    ticket_id = EXCLUDED.ticket_id, form = EXCLUDED.form, state = EXCLUDED.state, accepted_at = EXCLUDED.accepted_at,
    finished_at = EXCLUDED.finished_at, outcome = EXCLUDED.outcome, step = EXCLUDED.step, clock = EXCLUDED.clock,
    promised_at = EXCLUDED.promised_at, statutory_at = EXCLUDED.statutory_at, provisional = EXCLUDED.provisional,
    next_due_at = EXCLUDED.next_due_at, received_at = EXCLUDED.received_at`;

const WRITE_STEPS = `
  INSERT INTO case_step (case_id, seq, step, at)
  SELECT id, seq, step, at FROM jsonb_to_recordset($1) AS s (id text, seq integer, step text, at timestamptz)`;

/** A revision may know fewer procedures than the one before. */
const FORGET_PROCEDURES = `
  DELETE FROM case_procedure USING unnest($1::text[], $2::integer[]) AS kept (id, count)
  WHERE case_procedure.case_id = kept.id AND case_procedure.id > kept.count`;

const WRITE_PROCEDURES = `
  INSERT INTO case_procedure (case_id, id, kind, legal_basis, approver, planned_days, started_at, ended_at, next_due_at)
  SELECT case_id, id, kind, legal_basis, approver, planned_days, started_at, ended_at, $2
  FROM jsonb_to_recordset($1) AS p (case_id text, id integer, kind text, legal_basis text, approver text,
    planned_days integer, started_at timestamptz, ended_at timestamptz)
  ON CONFLICT (case_id, id) DO UPDATE SET kind = EXCLUDED.kind, legal_basis = EXCLUDED.legal_basis,
    approver = EXCLUDED.approver, planned_days = EXCLUDED.planned_days, started_at = EXCLUDED.started_at,
    ended_at = EXCLUDED.ended_at, next_due_at = EXCLUDED.next_due_at`;

/** Writes down where cases stand, all of them in one statement. */
export async function saveStands(db: Database, stands: readonly CaseStand[]): Promise<void> {
  if (stands.length === 0) return;
  const column = (of: (stand: CaseStand) => unknown) => stands.map(of);
  await db.query(SAVE_STANDS, [
    column(({ id }) => id),
    column(({ level }) => level),
    column(({ nextDueAt }) => isoOrNull(nextDueAt)),
    column(({ fields }) => fields.clock),
    column(({ fields }) => isoOrNull(fields.promisedAt)),
    column(({ fields }) => isoOrNull(fields.statutoryAt)),
    column(({ fields }) => fields.provisional),
  ]);
}

const SAVE_STANDS = `
  UPDATE handled_case AS c SET level = s.level, next_due_at = s.next_due_at, clock = s.clock,
    promised_at = s.promised_at, statutory_at = s.statutory_at, provisional = s.provisional
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::boolean[])
    AS s (id, level, next_due_at, clock, promised_at, statutory_at, provisional)
  WHERE c.id = s.id`;

function rowOf({ id, prepared, fields, nextDueAt }: NewCase): object {
  const { item, department, life } = prepared;
  return {
    id,
    number: prepared.number,
    revision: prepared.revision,
    content: prepared.content.toString('hex'),
    item_id: item.id,
    item_version: item.version,
    department_id: department.id,
    region_id: department.regionId,
    hall_id: prepared.hallId,
    window_id: prepared.windowId,
    ticket_id: prepared.ticketId,
    form: prepared.form,
    state: life.state,
    accepted_at: isoOrNull(life.acceptedAt),
    finished_at: isoOrNull(life.finishedAt),
    outcome: life.outcome,
    step: life.step,
    clock: fields.clock,
    promised_at: isoOrNull(fields.promisedAt),
    statutory_at: isoOrNull(fields.statutoryAt),
    provisional: fields.provisional,
    next_due_at: isoOrNull(nextDueAt),
  };
}

function procedureRow(case_id: string, each: PreparedCase['procedures'][number]): object {
  return {
    case_id,
    id: each.id,
    kind: each.kind,
    legal_basis: each.legalBasis,
    approver: each.approver,
    planned_days: each.plannedDays,
    started_at: iso(each.startedAt),
    ended_at: isoOrNull(each.endedAt),
  };
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
