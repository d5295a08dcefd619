-- Up Migration

INSERT INTO alert_rule (id, kind) VALUES ('output-dead', 'output-dead');
INSERT INTO alert_rule_version (rule_id, version, enabled, hours, escalation, params) VALUES (
  'output-dead', 1, true, 'always', '{"afterSec": 600, "levelUp": false}',
  '{"ladder": [{"afterSec": 1, "severity": "yellow"}], "clearAfterSec": 0}'
);
