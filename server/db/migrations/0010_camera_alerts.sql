-- Up Migration

-- An alert may be about a camera. What a generated column is made of cannot be changed: it is made anew.
ALTER TABLE alert ADD COLUMN camera_id text;
DROP INDEX alert_open_once;
ALTER TABLE alert DROP COLUMN subject;
-- what it is about, unique among all halls: hall-a/window:w07, hall-a/queue:soc, hall-a/camera:hall-a-03
ALTER TABLE alert ADD COLUMN subject text NOT NULL GENERATED ALWAYS AS
  (hall_id || coalesce('/window:' || window_id, '') || coalesce('/queue:' || queue_id, '')
    || coalesce('/camera:' || camera_id, '')) STORED;
-- However often the program is killed and started: one open alert of a rule about a subject.
CREATE UNIQUE INDEX alert_open_once ON alert (rule_id, subject) WHERE closed_at IS NULL;

INSERT INTO alert_rule (id, kind) VALUES
  ('camera-offline', 'camera-offline'),
  ('picture-fault', 'picture-fault'),
  ('camera-event', 'camera-event');

INSERT INTO alert_rule_version (rule_id, version, enabled, hall_ids, params) VALUES
  ('camera-offline', 1, true, NULL, '{
    "ladder": [{"afterSec": 15, "severity": "yellow"}, {"afterSec": 300, "severity": "red"}],
    "clearAfterSec": 5
  }'),
  ('picture-fault', 1, true, NULL, '{
    "ladder": [{"afterSec": 60, "severity": "yellow"}],
    "clearAfterSec": 30
  }'),
  ('camera-event', 1, true, NULL, '{
    "kinds": ["tamper"],
    "ladder": [{"afterSec": 3, "severity": "yellow"}],
    "clearAfterSec": 10,
    "holdSec": 30
  }');
