import { monotonicFactory } from 'ulid';
import type { RowRefusal } from '#contract/exchange.ts';
import type { BulkDatabase } from '../../db/database.ts';
import { knownCases, writeCases, type KnownCase, type NewCase } from './case-rows.ts';
import { judge } from './case-clock.ts';
import type { JudgedCase, Judging } from './judging.ts';
import type { PreparedCase } from './prepare.ts';

/** Ascends within a millisecond as well: rows of a batch keep their order. */
export const nextId = monotonicFactory();

/** What became of one case. */
export type Taken =
  { is: 'taken'; id: string } | { is: 'unchanged'; id: string } | { is: 'refused'; why: RowRefusal; detail: string };

/**
 * Stores cases of one source by what is known of them: a higher revision replaces, the same again changes nothing, an older
 * one is not taken. Runs inside the transaction of the caller, so that all of them are stored or none is.
 */
export async function takeCases(
  inside: BulkDatabase,
  {
    sourceId,
    cases,
    judging,
    now,
  }: { sourceId: string; cases: readonly PreparedCase[]; judging: Judging; now: number },
): Promise<Taken[]> {
  // cases are counted by item: of two who hand over those of the same departments at once, the second waits here
  const departmentIds = [...new Set(cases.map(({ department }) => department.id))];
  await inside.query('SELECT 1 FROM department WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', [departmentIds]);
  const rows = await knownCases(
    inside,
    sourceId,
    cases.map(({ number }) => number),
  );
  const known = new Map(rows.map((row) => [row.number, row]));
  const writes: NewCase[] = [];
  const taken = cases.map((prepared): Taken => {
    const before = known.get(prepared.number);
    const refused = before && against(before, prepared);
    if (refused) return refused;
    const write = newCase(prepared, before, judging, now);
    writes.push(write);
    return { is: 'taken', id: write.id };
  });
  await writeCases(inside, sourceId, writes, now);
  return taken;
}

function against(before: KnownCase, { revision, content }: PreparedCase): Taken | undefined {
  if (revision > before.revision) return undefined;
  if (revision < before.revision)
    return { is: 'refused', why: 'revision-older', detail: `revision ${before.revision} is known` };
  if (content.equals(before.content)) return { is: 'unchanged', id: before.id };
  return { is: 'refused', why: 'revision-differs', detail: `revision ${revision} was something else before` };
}

function newCase(prepared: PreparedCase, before: KnownCase | undefined, judging: Judging, now: number): NewCase {
  const { life, hallId, department, item, procedures } = prepared;
  const of: JudgedCase = {
    item,
    state: life.state,
    hallId,
    regionId: department.regionId,
    acceptedAt: life.acceptedAt,
    finishedAt: life.finishedAt,
    procedures,
  };
  const { judged, fields } = judging.judgeCase(of, now);
  // The clock of cases alone changes levels: what is another level than known is due at once.
  const settled = (judged?.level ?? null) === (before?.level ?? null);
  const nextDueAt = settled ? (judged?.nextDueAt ?? null) : now;
  return {
    ...{ id: before?.id ?? nextId(now), prepared, replaces: before !== undefined, fields, nextDueAt },
    procedureDues: procedures.map((each) => (before ? now : procedureDue(of, each, judging, now))),
  };
}

/** Of one that nobody knew: what has reached a level is due at once. */
function procedureDue(
  of: JudgedCase,
  procedure: JudgedCase['procedures'][number],
  judging: Judging,
  now: number,
): number | null {
  const { level, nextDueAt } = judge(judging.countedProcedure(of, procedure), now);
  return level === null ? nextDueAt : now;
}
