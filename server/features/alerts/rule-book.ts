import { AlertRule, RuleKind, type AlertRuleChange, type RuleVersion } from '#contract/alert-rules.ts';
import type { Alert } from '#contract/alerts.ts';
import { AppError } from '#lib/app-error.ts';
import { placesIn } from '#contract/rule-places.ts';
import type { Logger } from '#lib/logger.ts';
import { Serial } from '#lib/serial.ts';
import type { Database } from '../../db/database.ts';
import { violationOf } from '../../db/violations.ts';
import type { RegionsPort } from './ports.ts';

interface RuleRow {
  id: string;
  kind: string;
  version: number;
  enabled: boolean;
  places: unknown;
  hours: string;
  escalation: unknown;
  telling: unknown;
  card_allowed: boolean;
  params: unknown;
}

/** The rules as they are now. A change is a new version beside the old ones, so that an alert can name its own. */
export class RuleBook {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #regions: Pick<RegionsPort, 'above'>;
  readonly #changes = new Serial();
  #rules = new Map<string, AlertRule>();

  constructor({ db, log, regions }: { db: Database; log: Logger; regions: Pick<RegionsPort, 'above'> }) {
    this.#db = db;
    this.#log = log;
    this.#regions = regions;
  }

  async start(): Promise<void> {
    const rows = await this.#db.query<RuleRow>(
      `SELECT DISTINCT ON (r.id) r.id, r.kind, v.version, v.enabled, v.places, v.hours, v.escalation, v.telling, v.card_allowed, v.params
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

  /** The enabled rules that hold in this hall, each with its places here alone; null: in all of it. */
  of(hallId: string): AlertRule[] {
    const here = { hallId, regionIds: this.#regions.above(hallId) };
    return this.list().flatMap((rule) => {
      const places = placesIn(rule.places, here);
      if (!rule.enabled || places?.length === 0) return [];
      return [places === rule.places ? rule : { ...rule, places }];
    });
  }

  /** Every version of a rule, newest first. Throws NOT_FOUND. */
  async versions(ruleId: string): Promise<RuleVersion[]> {
    if (!this.#rules.has(ruleId)) throw new AppError('NOT_FOUND', ruleId);
    const rows = await this.#db.query<RuleRow & { made_at: string; made_by: string | null }>(
      `SELECT r.id, r.kind, v.version, v.enabled, v.places, v.hours, v.escalation, v.telling, v.card_allowed, v.params, v.made_at, v.made_by
       FROM alert_rule r JOIN alert_rule_version v ON v.rule_id = r.id WHERE r.id = $1 ORDER BY v.version DESC`,
      [ruleId],
    );
    return rows.map(({ made_at: madeAt, made_by: madeBy, ...row }) => ({ rule: ruleOf(row), madeAt, madeBy }));
  }

  /** Whether somebody may be called to account for what this version of a rule raised. */
  async cardAllowed({ ruleId, ruleVersion }: Pick<Alert, 'ruleId' | 'ruleVersion'>): Promise<boolean> {
    const [row] = await this.#db.query<{ card_allowed: boolean }>(
      'SELECT card_allowed FROM alert_rule_version WHERE rule_id = $1 AND version = $2',
      [ruleId, ruleVersion],
    );
    return row?.card_allowed ?? false;
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
        `INSERT INTO alert_rule_version (rule_id, version, enabled, places, hours, escalation, telling, card_allowed, params, made_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...[rule.id, rule.version, rule.enabled, rule.places && JSON.stringify(rule.places), rule.hours],
          ...[rule.escalation && JSON.stringify(rule.escalation), rule.telling && JSON.stringify(rule.telling)],
          ...[rule.cardAllowed, JSON.stringify(rule.params), username],
        ],
      );
    } catch (error) {
      if (violationOf(error)?.kind !== 'unique') throw error;
      throw new AppError('CONFLICT', `version ${rule.version} exists`, { cause: error });
    }
  }
}

function ruleOf({ card_allowed: cardAllowed, ...row }: RuleRow): AlertRule {
  return AlertRule.parse({ ...row, cardAllowed });
}

function placeOf({ kind }: AlertRule): number {
  return RuleKind.options.indexOf(kind);
}
