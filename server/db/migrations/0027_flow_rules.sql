-- Up Migration

-- Rules about the flow of a hall. A pause and an idle window are given a little time: both are part of every day.
INSERT INTO alert_rule (id, kind) VALUES
  ('queue-overflow', 'queue-overflow'),
  ('idle-with-queue', 'idle-with-queue'),
  ('pause-overrun', 'pause-overrun');

INSERT INTO alert_rule_version (rule_id, version, enabled, hall_ids, params) VALUES
  ('queue-overflow', 1, true, NULL, '{
    "ladder": [{"afterSec": 300, "severity": "yellow"}],
    "clearAfterSec": 60,
    "perWindow": 10
  }'),
  ('idle-with-queue', 1, true, NULL, '{
    "ladder": [{"afterSec": 180, "severity": "blue"}],
    "clearAfterSec": 5
  }'),
  ('pause-overrun', 1, true, NULL, '{
    "ladder": [{"afterSec": 120, "severity": "blue"}, {"afterSec": 600, "severity": "yellow"}],
    "clearAfterSec": 0,
    "unplannedSec": 900
  }');
