import type { Alert } from '#contract/alerts.ts';

const at = '2026-03-02T09:00:00+08:00';

/** An open alert about window w03, changed where a test wants it otherwise. */
export const alertOf = (change: Partial<Alert> = {}): Alert => ({
  id: '01JNAAAAAAAAAAAAAAAAAAAAAA',
  ruleId: 'window-unattended',
  ruleVersion: 1,
  kind: 'window-unattended',
  hallId: 'sw',
  windowId: 'w03',
  queueId: null,
  cameraId: null,
  terminalId: null,
  ticketId: null,
  severity: 'blue',
  status: 'open',
  revision: 1,
  lastAct: { act: 'raise', at, by: null },
  conditionSince: at,
  raisedAt: at,
  severityAt: at,
  openSince: at,
  escalatedAt: null,
  silenceId: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  assignedTo: null,
  clearedAt: null,
  closedAt: null,
  outcome: null,
  verdict: null,
  facts: {},
  cameraIds: [],
  ...change,
});
