-- Up Migration

-- How full a hall may be: two rules of one kind, as a share is no rung of time.
INSERT INTO alert_rule (id, kind) VALUES
  ('hall-crowding', 'hall-crowding'),
  ('hall-overfull', 'hall-crowding');

INSERT INTO alert_rule_version (rule_id, version, enabled, hall_ids, hours, escalation, params) VALUES
  ('hall-crowding', 1, true, NULL, 'always', '{"afterSec": 600, "levelUp": false}', '{
    "ladder": [{"afterSec": 60, "severity": "yellow"}],
    "clearAfterSec": 60,
    "share": 0.8
  }'),
  ('hall-overfull', 1, true, NULL, 'always', '{"afterSec": 600, "levelUp": false}', '{
    "ladder": [{"afterSec": 60, "severity": "red"}],
    "clearAfterSec": 60,
    "share": 1
  }');
