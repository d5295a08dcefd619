import type { Case, CasesAnswer, CasesQuery } from '#contract/cases.ts';
import { AppError } from '#lib/app-error.ts';
import type { Within } from '#lib/rights.ts';
import type { Database } from '../../db/database.ts';
import { isWithin } from '../../db/within.ts';
import { CASE_COLUMNS } from './case-rows.ts';

/** Behind every end that is known, so that a clock that stands comes last. */
const NEVER = `'infinity'::timestamptz`;

/** One page of cases; each page begins behind the last row of the one before, by an index. */
export async function listCases(db: Database, query: CasesQuery, within: Within | null): Promise<CasesAnswer> {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const open = query.open === 'true';
  const where = [open ? `clock <> 'off'` : 'finished_at IS NOT NULL'];
  const equal = {
    department_id: query.departmentId,
    item_id: query.itemId,
    hall_id: query.hallId,
    region_id: query.regionId,
    level: query.level,
  };
  for (const [column, value] of Object.entries(equal))
    if (value !== undefined) where.push(`${column} = ${bind(value)}`);
  if (query.number) where.push(`number LIKE ${bind(`${query.number.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)}`);
  const key = open ? `coalesce(promised_at, ${NEVER})` : 'finished_at';
  if (query.after !== undefined) {
    const [at, id] = placeOf(query.after);
    where.push(`(${key}, id) ${open ? '>' : '<'} (${bind(at)}::timestamptz, ${bind(id)})`);
  }
  const direction = open ? '' : 'DESC';
  const limit = bind(query.limit + 1);
  const order = (at: string, id: string) => `ORDER BY ${at} ${direction}, ${id} ${direction} LIMIT ${limit}`;
  const selected = (condition: string) =>
    `SELECT ${CASE_COLUMNS}, (${key})::text AS place FROM handled_case
     WHERE ${[...where, condition].join(' AND ')} ${order(key, 'id')}`;
  // each place's first page by its own index: a small one's would be looked for among everybody's cases
  const ofEach = (ids: readonly string[], condition: string) =>
    `SELECT c.* FROM unnest(${bind(ids)}::text[]) AS own (id) CROSS JOIN LATERAL (${selected(condition)}) AS c`;
  const text =
    within === null
      ? selected('true')
      : open
        ? `SELECT * FROM (${ofEach(within.hallIds, 'hall_id = own.id')}
           UNION ALL ${ofEach(within.regionIds, 'hall_id IS NULL AND region_id = own.id')}) AS c
           ${order(`coalesce("promisedAt", ${NEVER})`, 'id')}`
        : selected(isWithin(bind(within.hallIds), bind(within.regionIds)));
  const rows = await db.query<Case & { place: string }>(text, values);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    cases: page.map(({ place: _place, ...row }) => row),
    next: rows.length > query.limit && last ? `${last.place}~${last.id}` : null,
  };
}

function placeOf(after: string): [string, string] {
  const [at, id, ...rest] = after.split('~');
  const valid = at !== undefined && id !== undefined && rest.length === 0;
  if (!valid || !/^(infinity|\d{4}-\d\d-\d\d [\d:.]+\+00)$/.test(at))
    throw new AppError('REQUEST_INVALID', [{ path: 'after', message: 'take it from `next` of the page before' }]);
  return [at, id];
}
