import type { AlertLoad, LoadQuery } from '#contract/alert-load.ts';
import { Severity } from '#contract/ids.ts';
import type { Database } from '../../db/database.ts';
import { firstIdAt } from './pages.ts';

/** The alerts raised in the span, and the acts that called somebody in it. `$1`-`$2` ids, `$3`-`$4` instants, `$5` halls, null for all. */
const span = `
  raised AS (
    SELECT * FROM alert WHERE id >= $1 AND id < $2 AND ($5::text[] IS NULL OR hall_id = ANY ($5))
  ),
  act AS (
    SELECT act.*, alert.rule_id, alert.kind, alert.raised_at
    FROM alert_act AS act JOIN alert ON alert.id = act.alert_id
    WHERE act.at >= $3 AND act.at < $4 AND ($5::text[] IS NULL OR hall_id = ANY ($5))
  ),
  -- only a silence leaves a note where the engine raises
  call AS (
    SELECT * FROM act WHERE act IN ('raise', 'climb', 'return') AND status = 'open' AND note IS NULL
  ),
  -- the first time that a person saw to an alert
  seen AS (
    SELECT DISTINCT ON (alert_id) alert_id, at, by, raised_at FROM act
    WHERE act IN ('acknowledge', 'assign', 'handle', 'close') ORDER BY alert_id, revision
  )`;

const seconds = (from: string, until: string) => `extract(epoch FROM ${until} - ${from})::float8`;
const quantile = (share: number, of: string) => `percentile_cont(${share}) WITHIN GROUP (ORDER BY ${of})`;

const totals = `
  WITH ${span}
  SELECT
    (SELECT count(*) FROM call) AS calls,
    (SELECT count(*) FROM (SELECT 1 FROM call GROUP BY floor(extract(epoch FROM at) / 600) HAVING count(*) > 10) AS flood)
      AS floods,
    (SELECT ${quantile(0.5, seconds('raised_at', 'at'))} FROM seen) AS acknowledge_median,
    (SELECT ${quantile(0.9, seconds('raised_at', 'at'))} FROM seen) AS acknowledge_p90,
    (SELECT ${quantile(0.5, seconds('raised_at', 'cleared_at'))} FROM raised WHERE cleared_at >= raised_at) AS clear_median,
    (SELECT ${quantile(0.9, seconds('raised_at', 'cleared_at'))} FROM raised WHERE cleared_at >= raised_at) AS clear_p90,
    (SELECT count(*) FROM raised WHERE outcome IS NOT NULL AND acknowledged_at IS NULL) AS unseen,
    (SELECT count(*) FROM raised
     WHERE acknowledged_at IS NULL AND cleared_at < raised_at + interval '1 minute') AS fleeting,
    (SELECT count(*) FROM raised WHERE EXISTS (
       SELECT FROM alert AS before
       WHERE before.subject = raised.subject AND before.rule_id = raised.rule_id AND before.id < raised.id
         AND before.cleared_at > raised.raised_at - interval '5 minutes')) AS chattering,
    (SELECT count(*) FROM alert
     WHERE raised_at < $4::timestamptz - interval '1 day' AND (closed_at IS NULL OR closed_at > $4)
       AND ($5::text[] IS NULL OR hall_id = ANY ($5))) AS stale`;

const bySeverity = `WITH ${span} SELECT severity, count(*) AS count FROM raised GROUP BY severity`;

const byRule = `
  WITH ${span}
  SELECT call.rule_id, call.kind, count(*) AS calls,
    (SELECT count(*) FROM raised WHERE raised.rule_id = call.rule_id AND verdict IS NOT NULL) AS judged,
    (SELECT count(*) FROM raised WHERE raised.rule_id = call.rule_id AND verdict = 'false-alarm') AS falsely
  FROM call GROUP BY call.rule_id, call.kind ORDER BY calls DESC, rule_id LIMIT 10`;

const byOperator = `
  WITH ${span}
  SELECT act.by AS username, count(DISTINCT (act.alert_id, act.revision)) AS acts,
    count(DISTINCT seen.alert_id) AS acknowledged,
    (SELECT ${quantile(0.5, seconds('raised_at', 'at'))} FROM seen WHERE seen.by = act.by) AS median
  FROM act LEFT JOIN seen ON seen.by = act.by AND seen.alert_id = act.alert_id
  WHERE act.by IS NOT NULL AND act.act <> 'silence'
  GROUP BY act.by ORDER BY acts DESC, username`;

interface Totals {
  calls: number;
  floods: number;
  acknowledge_median: number | null;
  acknowledge_p90: number | null;
  clear_median: number | null;
  clear_p90: number | null;
  unseen: number;
  fleeting: number;
  chattering: number;
  stale: number;
}

/** The load of a span in these halls, in all for null: every figure is one expression above. */
export async function alertLoad(
  db: Database,
  { from, until }: Pick<LoadQuery, 'from' | 'until'>,
  hallIds: readonly string[] | null,
): Promise<AlertLoad> {
  const values = [firstIdAt(from), firstIdAt(until), from, until, hallIds];
  const [sums, severities, rules, people] = await Promise.all([
    db.query<Totals>(totals, values),
    db.query<{ severity: Severity; count: number }>(bySeverity, values),
    db.query<{
      rule_id: string;
      kind: AlertLoad['rules'][number]['kind'];
      calls: number;
      judged: number;
      falsely: number;
    }>(byRule, values),
    db.query<{ username: string; acts: number; acknowledged: number; median: number | null }>(byOperator, values),
  ]);
  const sum = sums[0]!;
  const tens = Math.max(1, (Date.parse(until) - Date.parse(from)) / 600_000);
  const counts = new Map(severities.map(({ severity, count }) => [severity, count]));
  return {
    ...{ from, until, calls: sum.calls, unseen: sum.unseen, fleeting: sum.fleeting, chattering: sum.chattering },
    ...{ stale: sum.stale, floodShare: sum.floods / tens },
    callsPerTenMinutes: sum.calls / tens / Math.max(1, people.length),
    acknowledgeSec: { median: sum.acknowledge_median, p90: sum.acknowledge_p90 },
    clearSec: { median: sum.clear_median, p90: sum.clear_p90 },
    raised: Object.fromEntries(Severity.options.map((each) => [each, counts.get(each) ?? 0])) as AlertLoad['raised'],
    rules: rules.map(({ rule_id: ruleId, kind, calls, judged, falsely }) => ({
      ...{ ruleId, kind, calls, share: calls / sum.calls, judged },
      falseShare: judged === 0 ? null : falsely / judged,
    })),
    operators: people.map(({ median, ...person }) => ({ ...person, medianAcknowledgeSec: median })),
  };
}
