import type { Case, CaseStep, Procedure } from '#contract/cases.ts';
import type { BulkDatabase, CopyValue, Database } from '../../db/database.ts';
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
  /** When the level of each procedure may rise next, in their order. */
  procedureDues: readonly (number | null)[];
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
 * Writes cases whole. New ones are copied; what stands under the same source and number is replaced but for its id and the
 * level that it has reached, which is the clock's to change.
 */
export async function writeCases(
  db: BulkDatabase,
  sourceId: string,
  cases: readonly NewCase[],
  now: number,
): Promise<void> {
  const [known, fresh] = [cases.filter(({ replaces }) => replaces), cases.filter(({ replaces }) => !replaces)];
  const at = iso(now);
  if (fresh.length > 0) {
    const rows = fresh.map((each) => [...valuesOf(each), sourceId, at, at]);
    await db.copy('handled_case', [...COLUMNS, 'source_id', 'received_at', 'first_received_at'], rows);
  }
  if (known.length > 0) {
    await db.query(REPLACE_CASES, [at, JSON.stringify(known.map(rowOf))]);
    await forget(db, known);
  }
  const steps = cases.flatMap(({ id, prepared }) => prepared.steps.map(({ step, at }, seq) => [id, seq, step, at]));
  if (steps.length > 0) await db.copy('case_step', ['case_id', 'seq', 'step', 'at'], steps);
  const procedures = cases.flatMap((each) => each.prepared.procedures.map((one) => procedureRow(each, one)));
  if (procedures.length > 0) await db.query(WRITE_PROCEDURES, [JSON.stringify(procedures)]);
}

/** Of cases that were known, what this revision does not know any more. */
async function forget(db: Database, cases: readonly NewCase[]): Promise<void> {
  const ids = cases.map(({ id }) => id);
  await db.query('DELETE FROM case_step WHERE case_id = ANY ($1)', [ids]);
  await db.query(FORGET_PROCEDURES, [ids, cases.map(({ prepared }) => prepared.procedures.length)]);
}

/** What a revision says of a case, in the order of `valuesOf`. */
const COLUMNS = [
  ...['id', 'number', 'revision', 'content', 'item_id', 'item_version', 'department_id', 'region_id', 'hall_id'],
  ...[
    'window_id',
    'ticket_id',
    'form',
    'state',
    'accepted_at',
    'finished_at',
    'outcome',
    'step',
    'clock',
    'promised_at',
  ],
  ...['statutory_at', 'provisional', 'next_due_at'],
];

const REPLACE_CASES = `
  UPDATE handled_case AS old SET ${COLUMNS.slice(1)
    .map((name) => `${name} = new.${name}`)
    .join(', ')}, received_at = $1
  FROM jsonb_populate_recordset(NULL::handled_case, $2) AS new WHERE old.id = new.id`;

/** A revision may know fewer procedures than the one before. */
const FORGET_PROCEDURES = `
  DELETE FROM case_procedure USING unnest($1::text[], $2::integer[]) AS kept (id, count)
  WHERE case_procedure.case_id = kept.id AND case_procedure.id > kept.count`;

const WRITE_PROCEDURES = `
  INSERT INTO case_procedure (case_id, id, kind, legal_basis, approver, planned_days, started_at, ended_at, next_due_at)
  SELECT case_id, id, kind, legal_basis, approver, planned_days, started_at, ended_at, next_due_at
  FROM jsonb_populate_recordset(NULL::case_procedure, $1)
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

function valuesOf({ id, prepared, fields, nextDueAt }: NewCase): CopyValue[] {
  const { item, department, life } = prepared;
  return [
    ...[
      id,
      prepared.number,
      prepared.revision,
      String.raw`\x${prepared.content.toString('hex')}`,
      item.id,
      item.version,
    ],
    ...[department.id, department.regionId, prepared.hallId, prepared.windowId, prepared.ticketId],
    ...[
      JSON.stringify(prepared.form),
      life.state,
      isoOrNull(life.acceptedAt),
      isoOrNull(life.finishedAt),
      life.outcome,
    ],
    ...[life.step, fields.clock, isoOrNull(fields.promisedAt), isoOrNull(fields.statutoryAt), fields.provisional],
    isoOrNull(nextDueAt),
  ];
}

function rowOf(each: NewCase): object {
  const values = valuesOf(each);
  return { ...Object.fromEntries(COLUMNS.map((name, i) => [name, values[i]])), form: each.prepared.form };
}

function procedureRow({ id: case_id, procedureDues }: NewCase, each: PreparedCase['procedures'][number]): object {
  return {
    case_id,
    id: each.id,
    kind: each.kind,
    legal_basis: each.legalBasis,
    approver: each.approver,
    planned_days: each.plannedDays,
    started_at: iso(each.startedAt),
    ended_at: isoOrNull(each.endedAt),
    next_due_at: isoOrNull(procedureDues[each.id - 1] ?? null),
  };
}

export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
