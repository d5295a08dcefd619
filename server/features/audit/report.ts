import type { AuditReport } from '#contract/audit.ts';
import type { Database } from '../../db/database.ts';

const MOST_PEOPLE = 50;
/** What was only looked at, or came and went by itself; all else changed something. */
const notChanges = `'^(system|session|access|live|footage|audit)[.]|^export[.]'`;

/** A month of UTC in figures: what was done how often, and who looked and took most; in these halls, null: everywhere. */
export async function reportOf(db: Database, month: string, within: readonly string[] | null): Promise<AuditReport> {
  const span = `at >= ($1 || '-01')::timestamp AT TIME ZONE 'UTC'
    AND at < (($1 || '-01')::timestamp + interval '1 month') AT TIME ZONE 'UTC'
    AND ($2::text[] IS NULL OR hall_id = ANY ($2))`;
  const acts = await db.query<AuditReport['acts'][number]>(
    `SELECT act, count(*) AS entries, count(DISTINCT account) AS accounts
     FROM audit_entry WHERE ${span} GROUP BY act ORDER BY entries DESC, act`,
    [month, within],
  );
  const people = await db.query<AuditReport['people'][number]>(
    `SELECT account,
            coalesce(sum(extract(epoch FROM at - began)) FILTER (WHERE act = 'live.watched'), 0)::float8 / 3600
              AS "liveHours",
            count(DISTINCT subject_id) FILTER (WHERE subject_kind = 'camera' AND act ~ '^(live|footage)') AS cameras,
            count(*) FILTER (WHERE act ~ '^footage[.]') AS "footageViews",
            count(*) FILTER (WHERE act ~ '^export[.](asked|downloaded)') AS exports,
            count(*) FILTER (WHERE act !~ ${notChanges}) AS changes
     FROM audit_entry WHERE ${span} AND account IS NOT NULL
     GROUP BY account ORDER BY "liveHours" DESC, "footageViews" DESC, account LIMIT ${MOST_PEOPLE}`,
    [month, within],
  );
  const entries = acts.reduce((sum, act) => sum + act.entries, 0);
  const refused = acts.flatMap((row) => (row.act.endsWith('.refused') ? [row.entries] : []));
  return { month, entries, acts, people, refused: refused.reduce((sum, count) => sum + count, 0) };
}
