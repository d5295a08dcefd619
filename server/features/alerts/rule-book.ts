import { AlertRule, RuleKind, type AlertRuleChange, type RuleVersion } from '#contract/alert-rules.ts';
import { AppError } from '#lib/app-error.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';

interface RuleRow {
  id: string;
  kind: string;
  version: number;
  enabled: boolean;
  hall_ids: string[] | null;
  hours: string;
  escalation: unknown;
  telling: unknown;
  params: unknown;
}

/** The rules as they are now. A change is a new version beside the old ones, so that an alert can name its own. */
export class RuleBook {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #changes = new Serial();
  #rules = new Map<string, AlertRule>();

  constructor({ db, log }: { db: Database; log: Logger }) {
    this.#db = db;
    this.#log = log;
  }

  async start(): Promise<void> {
    const rows = await this.#db.query<RuleRow>(
      `SELECT DISTINCT ON (r.id) r.id, r.kind, v.version, v.enabled, v.hall_ids, v.hours, v.escalation, v.telling, v.params
       FROM alert_rule r JOIN alert_rule_version v ON v.rule_id = r.id
       ORDER BY r.id, v.version DESC`,
    );
    const rules = rows.map(ruleOf);
    rules.sort((a, b) => placeOf(a) - placeOf(b));
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
  }

  get(ruleId: string): AlertRule | undefined {
    return this.#rules.get(ruleId);
  }

  /** In the order in which the contract names their kinds. */
  list(): AlertRule[] {
    return [...this.#rules.values()];
  }

  /** The enabled rules that hold in this hall. */
  of(hallId: string): AlertRule[] {
    return this.list().filter((rule) => rule.enabled && (rule.hallIds?.includes(hallId) ?? true));
  }

  /** Every version of a rule, newest first. Throws NOT_FOUND. */
  async versions(ruleId: string): Promise<RuleVersion[]> {
    if (!this.#rules.has(ruleId)) throw new AppError('NOT_FOUND', ruleId);
    const rows = await this.#db.query<RuleRow & { made_at: string; made_by: string | null }>(
      `SELECT r.id, r.kind, v.version, v.enabled, v.hall_ids, v.hours, v.escalation, v.telling, v.params, v.made_at, v.made_by
       FROM alert_rule r JOIN alert_rule_version v ON v.rule_id = r.id WHERE r.id = $1 ORDER BY v.version DESC`,
      [ruleId],
    );
    return rows.map(({ made_at: madeAt, made_by: madeBy, ...row }) => ({ rule: ruleOf(row), madeAt, madeBy }));
  }

  /** Throws NOT_FOUND, REQUEST_INVALID where the parameters do not fit the kind, CONFLICT after someone else's change. */
  change(ruleId: string, change: AlertRuleChange, username: string): Promise<AlertRule> {
    return this.#changes.run(async () => {
      const before = this.#rules.get(ruleId);
      if (!before) throw new AppError('NOT_FOUND', ruleId);
      const parsed = AlertRule.safeParse({ ...before, ...change, version: before.version + 1 });
      if (!parsed.success) {
        const faults = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
        throw new AppError('REQUEST_INVALID', faults);
      }
      const rule = parsed.data;
      await this.#insert(rule, username);
      this.#rules.set(rule.id, rule);
      this.#log.info({ ruleId, version: rule.version, enabled: rule.enabled, username }, 'alert rule changed');
      return rule;
    });
  }

  async #insert(rule: AlertRule, username: string): Promise<void> {
    try {
      await this.#db.query(
        `INSERT INTO alert_rule_version (rule_id, version, enabled, hall_ids, hours, escalation, telling, params, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          ...[rule.id, rule.version, rule.enabled, rule.hallIds, rule.hours],
          ...[rule.escalation && JSON.stringify(rule.escalation), rule.telling && JSON.stringify(rule.telling)],
          ...[JSON.stringify(rule.params), username],
        ],
      );
    } catch (error) {
      if (violationOf(error)?.kind !== 'unique') throw error;
      throw new AppError('CONFLICT', `version ${rule.version} exists`, { cause: error });
    }
  }
}

function ruleOf({ hall_ids: hallIds, ...row }: RuleRow): AlertRule {
  return AlertRule.parse({ ...row, hallIds });
}

function placeOf({ kind }: AlertRule): number {
  return RuleKind.options.indexOf(kind);
}
