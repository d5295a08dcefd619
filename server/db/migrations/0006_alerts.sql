-- Up Migration

-- Rules are data. A change makes a new version; an alert names the version that gave it its severity.
CREATE TABLE alert_rule (
  id    text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  kind  text NOT NULL
);

CREATE TABLE alert_rule_version (
  rule_id   text NOT NULL REFERENCES alert_rule (id) ON DELETE RESTRICT,
  version   integer NOT NULL CHECK (version > 0),
  enabled   boolean NOT NULL,
  -- null: every hall
  hall_ids  text[],
  -- as the kind of the rule demands: ladder of severities, clear condition
  params    jsonb NOT NULL,
  made_at   timestamptz NOT NULL DEFAULT now(),
  -- null: shipped with the program
  made_by   text,
  PRIMARY KEY (rule_id, version)
);

-- One row an alert, from raise to close. No foreign keys to places: the history of a hall outlives the hall.
CREATE TABLE alert (
  -- ULID: sorts by the time it was raised
  id               text PRIMARY KEY,
  rule_id          text NOT NULL,
  rule_version     integer NOT NULL,
  kind             text NOT NULL,
  hall_id          text NOT NULL,
  window_id        text,
  queue_id         text,
  -- what it is about, unique among all halls: hall-a/window:w07, hall-a/queue:soc
  subject          text NOT NULL GENERATED ALWAYS AS
                     (hall_id || coalesce('/window:' || window_id, '') || coalesce('/queue:' || queue_id, '')) STORED,
  severity         text NOT NULL,
  status           text NOT NULL CHECK (status IN ('open', 'acknowledged', 'closed')),
  -- when the condition began, which is before it was raised
  condition_since  timestamptz NOT NULL,
  raised_at        timestamptz NOT NULL,
  severity_at      timestamptz NOT NULL,
  acknowledged_at  timestamptz,
  acknowledged_by  text,
  -- when the condition was over
  cleared_at       timestamptz,
  closed_at        timestamptz,
  outcome          text CHECK (outcome IN ('cleared', 'rule-disabled', 'subject-removed')),
  facts            jsonb NOT NULL,
  camera_ids       text[] NOT NULL,
  CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  FOREIGN KEY (rule_id, rule_version) REFERENCES alert_rule_version (rule_id, version) ON DELETE RESTRICT
);

-- However often the program is killed and started: one open alert of a rule about a subject.
CREATE UNIQUE INDEX alert_open_once ON alert (rule_id, subject) WHERE closed_at IS NULL;
CREATE INDEX alert_closed_at ON alert (closed_at DESC) WHERE closed_at IS NOT NULL;
CREATE INDEX alert_hall ON alert (hall_id, raised_at DESC);

-- The two rules that ship, with common practice as changeable defaults.
INSERT INTO alert_rule (id, kind) VALUES
  ('window-unattended', 'window-unattended'),
  ('wait-overtime', 'wait-overtime');

INSERT INTO alert_rule_version (rule_id, version, enabled, hall_ids, params) VALUES
  ('window-unattended', 1, true, NULL, '{
    "ladder": [{"afterSec": 300, "severity": "blue"}, {"afterSec": 600, "severity": "yellow"}],
    "clearAfterSec": 15,
    "onlyWhileWaiting": true
  }'),
  ('wait-overtime', 1, true, NULL, '{
    "ladder": [{"afterSec": 1200, "severity": "yellow"}, {"afterSec": 1800, "severity": "red"}],
    "clearAfterSec": 60
  }');
