import type { AlertAct, LastAct } from '#contract/alert-acts.ts';
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
  terminal_id: string | null;
  ticket_id: string | null;
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
  revision: number;
  assigned_to: string | null;
  verdict: Alert['verdict'];
  open_since: string;
  escalated_at: string | null;
  silence_id: string | null;
}

interface ActRow {
  alert_id: string;
  revision: number;
  act: AlertAct['act'];
  at: string;
  by: string | null;
  note: string | null;
  status: AlertAct['status'];
  severity: AlertAct['severity'];
  assigned_to: string | null;
  verdict: AlertAct['verdict'];
  outcome: AlertAct['outcome'];
}

const columns = `id, rule_id, rule_version, kind, hall_id, window_id, queue_id, camera_id, severity, status,
  condition_since, raised_at, severity_at, acknowledged_at, acknowledged_by, cleared_at, closed_at, outcome, facts,
  camera_ids, revision, assigned_to, verdict, open_since, escalated_at, silence_id, terminal_id, ticket_id`;

/** The last state of an alert, and everything that happened to it since it was written. */
export interface ChangedAlert {
  alert: Alert;
  acts: readonly AlertAct[];
}

/** Alerts in the database: one row from raise to close, and one row for each thing that happened to it. */
export class AlertsRepository {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Oldest first: those that someone has to do with, not closed, or followed by the engine. */
  async kept(): Promise<Alert[]> {
    return (await selectAlerts(this.#db, 'WHERE closed_at IS NULL OR outcome IS NULL', [])).reverse();
  }

  async one(id: string): Promise<Alert | undefined> {
    return (await selectAlerts(this.#db, 'WHERE id = $1', [id]))[0];
  }

  /** In the order in which they happened. */
  async acts(alertId: string): Promise<AlertAct[]> {
    const rows = await this.#db.query<ActRow>('SELECT * FROM alert_act WHERE alert_id = $1 ORDER BY revision', [
      alertId,
    ]);
    return rows.map(({ alert_id, assigned_to, ...row }) => ({ ...row, alertId: alert_id, assignedTo: assigned_to }));
  }

  /**
   * Inserts each alert, or brings its row up to date, with what led there, in this order and in one transaction; what it is
   * about never changes. Writing the same again changes nothing. What `also` writes of each is written with it, or not at all.
   */
  save(changed: readonly ChangedAlert[], also: (db: Database, each: ChangedAlert) => Promise<void>): Promise<void> {
    return this.#db.transaction(async (db) => {
      for (const each of changed) {
        await saveAlert(db, each.alert);
        await addActs(db, each.acts);
        await also(db, each);
      }
    });
  }
}

/** Alerts by a condition on their table, each with its last act; newest first. */
export async function selectAlerts(db: Database, where: string, values: unknown[]): Promise<Alert[]> {
  const rows = await db.query<AlertRow & LastAct>(
    `SELECT alert.*, last.act, last.at, last.by FROM (SELECT ${columns} FROM alert ${where}) AS alert
     JOIN alert_act AS last ON last.alert_id = alert.id AND last.revision = alert.revision
     ORDER BY id DESC`,
    values,
  );
  return rows.map(toAlert);
}

async function saveAlert(db: Database, alert: Alert): Promise<void> {
  await db.query(
    `INSERT INTO alert (${columns})
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
       $25, $26, $27, $28)
     ON CONFLICT (id) DO UPDATE SET rule_version = $3, severity = $9, status = $10, severity_at = $13,
       acknowledged_at = $14, acknowledged_by = $15, cleared_at = $16, closed_at = $17, outcome = $18, facts = $19,
       camera_ids = $20, revision = $21, assigned_to = $22, verdict = $23, open_since = $24, escalated_at = $25,
       silence_id = $26`,
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
      alert.revision,
      alert.assignedTo,
      alert.verdict,
      alert.openSince,
      alert.escalatedAt,
      alert.silenceId,
      alert.terminalId,
      alert.ticketId,
    ],
  );
}

async function addActs(db: Database, acts: readonly AlertAct[]): Promise<void> {
  for (const each of acts) {
    const { alertId, revision, act, at, by, note, status, severity, assignedTo, verdict, outcome } = each;
    await db.query(
      `INSERT INTO alert_act (alert_id, revision, act, at, by, note, status, severity, assigned_to, verdict, outcome)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
      [alertId, revision, act, at, by, note, status, severity, assignedTo, verdict, outcome],
    );
  }
}

function toAlert(row: AlertRow & LastAct): Alert {
  return {
    id: row.id,
    ruleId: row.rule_id,
    ruleVersion: row.rule_version,
    kind: row.kind,
    hallId: row.hall_id,
    windowId: row.window_id,
    queueId: row.queue_id,
    cameraId: row.camera_id,
    terminalId: row.terminal_id,
    ticketId: row.ticket_id,
    severity: row.severity,
    status: row.status,
    revision: row.revision,
    lastAct: { act: row.act, at: row.at, by: row.by },
    conditionSince: row.condition_since,
    raisedAt: row.raised_at,
    severityAt: row.severity_at,
    openSince: row.open_since,
    escalatedAt: row.escalated_at,
    silenceId: row.silence_id,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    assignedTo: row.assigned_to,
    clearedAt: row.cleared_at,
    closedAt: row.closed_at,
    outcome: row.outcome,
    verdict: row.verdict,
    facts: row.facts,
    cameraIds: row.camera_ids,
  };
}
