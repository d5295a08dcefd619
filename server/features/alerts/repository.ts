import type { Alert } from '#contract/alerts.ts';
import type { Database } from '../../db/database.ts';

interface AlertRow {
  id: string;
  rule_id: string;
  rule_version: number;
  kind: Alert['kind'];
  hall_id: string;
  window_id: string | null;
  queue_id: string | null;
  camera_id: string | null;
  severity: Alert['severity'];
  status: Alert['status'];
  condition_since: string;
  raised_at: string;
  severity_at: string;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  cleared_at: string | null;
  closed_at: string | null;
  outcome: Alert['outcome'];
  facts: Alert['facts'];
  camera_ids: string[];
}

const columns = `id, rule_id, rule_version, kind, hall_id, window_id, queue_id, camera_id, severity, status,
  condition_since, raised_at, severity_at, acknowledged_at, acknowledged_by, cleared_at, closed_at, outcome, facts,
  camera_ids`;

/** Alerts in the database: one row from raise to close. */
export class AlertsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async open(): Promise<Alert[]> {
    return this.#select('WHERE closed_at IS NULL ORDER BY id', []);
  }

  /** The latest to close first. */
  async closed(limit: number): Promise<Alert[]> {
    return this.#select('WHERE closed_at IS NOT NULL ORDER BY closed_at DESC, id DESC LIMIT $1', [limit]);
  }

  /** Inserts the alert, or brings its row up to date; what it is about never changes. */
  async save(alert: Alert): Promise<void> {
    await this.#db.query(
      `INSERT INTO alert (${columns})
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
       ON CONFLICT (id) DO UPDATE SET rule_version = $3, severity = $9, status = $10, severity_at = $13,
         acknowledged_at = $14, acknowledged_by = $15, cleared_at = $16, closed_at = $17, outcome = $18, facts = $19,
         camera_ids = $20`,
      [
        alert.id,
        alert.ruleId,
        alert.ruleVersion,
        alert.kind,
        alert.hallId,
        alert.windowId,
        alert.queueId,
        alert.cameraId,
        alert.severity,
        alert.status,
        alert.conditionSince,
        alert.raisedAt,
        alert.severityAt,
        alert.acknowledgedAt,
        alert.acknowledgedBy,
        alert.clearedAt,
        alert.closedAt,
        alert.outcome,
        JSON.stringify(alert.facts),
        alert.cameraIds,
      ],
    );
  }

  async #select(where: string, values: unknown[]): Promise<Alert[]> {
    return (await this.#db.query<AlertRow>(`SELECT ${columns} FROM alert ${where}`, values)).map(toAlert);
  }
}

function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    kind: row.kind,
    hallId: row.hall_id,
    windowId: row.window_id,
    queueId: row.queue_id,
    cameraId: row.camera_id,
    severity: row.severity,
    status: row.status,
    conditionSince: row.condition_since,
    raisedAt: row.raised_at,
    severityAt: row.severity_at,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    clearedAt: row.cleared_at,
    closedAt: row.closed_at,
    outcome: row.outcome,
    facts: row.facts,
    cameraIds: row.camera_ids,
  };
}
