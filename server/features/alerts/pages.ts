import { encodeTime } from 'ulid';
import type { AlertPage, AlertQuery } from '#contract/alert-history.ts';
import type { Database } from '../../db/database.ts';
import { selectAlerts } from './repository.ts';

/**
 * One page of the history, newest first. An id begins with the time at which its alert was raised, so that pages and
 * spans of time are ranges of ids: however old the page, it is found in the index and nothing before it is read.
 */
export async function alertPage(
  db: Database,
  query: AlertQuery,
  hallIds: readonly string[] | null,
): Promise<AlertPage> {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (sql: string, value: unknown) => {
    if (value !== undefined) conditions.push(sql.replace('?', `$${values.push(value)}`));
  };
  where('status = ANY(?)', query.status);
  where('severity = ANY(?)', query.severity);
  where('hall_id = ANY(?)', hallIds ?? undefined);
  where('hall_id = ?', query.hallId);
  where('rule_id = ?', query.ruleId);
  where('id >= ?', query.from && firstIdAt(query.from));
  where('id < ?', query.until && firstIdAt(query.until));
  where('id < ?', query.before);
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const alerts = await selectAlerts(db, `${filter} ORDER BY id DESC LIMIT $${values.push(query.limit + 1)}`, values);
  const more = alerts.length > query.limit;
  return { alerts: alerts.slice(0, query.limit), next: more ? alerts[query.limit - 1]!.id : null };
}

/** The least id of what is raised at that moment or later. */
export function firstIdAt(instant: string): string {
  return encodeTime(Date.parse(instant), 10) + '0'.repeat(16);
}
