-- Up Migration

-- An alert may be about a terminal, or about the review of a visitor's ticket. What a generated column is made of cannot
-- be changed: it is made anew.
ALTER TABLE alert ADD COLUMN terminal_id text, ADD COLUMN ticket_id text;
DROP INDEX alert_kept_once;
ALTER TABLE alert DROP COLUMN subject;
-- what it is about, unique among all halls: hall-a/window:w07, hall-a/terminal:caller/w07; as subjectKey names it
ALTER TABLE alert ADD COLUMN subject text NOT NULL GENERATED ALWAYS AS (hall_id || CASE
    WHEN ticket_id IS NOT NULL THEN '/ticket:' || ticket_id
    WHEN terminal_id IS NOT NULL THEN '/terminal:' || terminal_id
    WHEN window_id IS NOT NULL THEN '/window:' || window_id
    WHEN queue_id IS NOT NULL THEN '/queue:' || queue_id
    WHEN camera_id IS NOT NULL THEN '/camera:' || camera_id
    ELSE '' END) STORED;
-- However often the program is killed and started: one alert of a rule about a subject that anyone has to do with.
CREATE UNIQUE INDEX alert_kept_once ON alert (rule_id, subject) WHERE closed_at IS NULL OR outcome IS NULL;

INSERT INTO alert_rule (id, kind) SELECT kind, kind FROM unnest(ARRAY[
  'window-never-opened', 'early-close', 'long-service', 'no-show-rate', 'late-finish-rate', 'bad-review',
  'review-anomaly', 'hall-cut-off', 'terminal-offline', 'terminal-silent', 'terminal-skew', 'recording-gap'
]) AS shipped (kind);

INSERT INTO alert_rule_version (rule_id, version, enabled, hall_ids, hours, escalation, params)
SELECT kind, 1, true, NULL, hours, '{"afterSec": 600, "levelUp": false}', params::jsonb FROM (VALUES
  ('window-never-opened', 'opening', '{
    "ladder": [{"afterSec": 600, "severity": "yellow"}], "clearAfterSec": 0
  }'),
  ('early-close', 'opening', '{
    "ladder": [{"afterSec": 120, "severity": "yellow"}], "clearAfterSec": 0
  }'),
  ('long-service', 'opening', '{
    "ladder": [{"afterSec": 60, "severity": "blue"}, {"afterSec": 900, "severity": "yellow"}], "clearAfterSec": 0,
    "factor": 2, "leastServices": 20, "otherwiseSec": 3600
  }'),
  ('no-show-rate', 'opening', '{
    "ladder": [{"afterSec": 60, "severity": "blue"}], "clearAfterSec": 300, "share": 0.2, "leastCalls": 20
  }'),
  ('late-finish-rate', 'opening', '{
    "ladder": [{"afterSec": 60, "severity": "blue"}], "clearAfterSec": 300,
    "share": 0.2, "leastServices": 20, "overSec": 1800
  }'),
  ('bad-review', 'always', '{
    "ladder": [{"afterSec": 1, "severity": "blue"}], "clearAfterSec": 0, "worstScore": 2, "holdSec": 1800
  }'),
  ('review-anomaly', 'always', '{
    "ladder": [{"afterSec": 1, "severity": "blue"}], "clearAfterSec": 0,
    "topScores": 5, "withinSec": 60, "holdSec": 1800, "unrated": 30
  }'),
  ('hall-cut-off', 'always', '{
    "ladder": [{"afterSec": 30, "severity": "yellow"}, {"afterSec": 300, "severity": "red"}], "clearAfterSec": 10
  }'),
  ('terminal-offline', 'always', '{
    "ladder": [{"afterSec": 60, "severity": "blue"}, {"afterSec": 900, "severity": "yellow"}], "clearAfterSec": 5
  }'),
  ('terminal-silent', 'always', '{
    "ladder": [{"afterSec": 60, "severity": "blue"}], "clearAfterSec": 5, "silentSec": 180
  }'),
  ('terminal-skew', 'always', '{
    "ladder": [{"afterSec": 60, "severity": "blue"}], "clearAfterSec": 60, "limitSec": 5
  }'),
  ('recording-gap', 'opening', '{
    "ladder": [{"afterSec": 10, "severity": "yellow"}, {"afterSec": 600, "severity": "red"}], "clearAfterSec": 5
  }')
) AS shipped (kind, hours, params);
