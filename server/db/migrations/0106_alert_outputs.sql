-- Up Migration

-- Where alerts are told beside the wall 通知出口: e-mail, webhook, SMS gateway, MQTT.
CREATE TABLE alert_output (
  id            text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  name          text NOT NULL,
  enabled       boolean NOT NULL,
  language      text NOT NULL CHECK (language IN ('zh-CN', 'en')),
  -- who is told where a rule names nobody
  recipients    text[] NOT NULL,
  -- tells when another output is dead
  tells_faults  boolean NOT NULL,
  per_minute    integer NOT NULL CHECK (per_minute > 0),
  -- as its kind demands
  settings      jsonb NOT NULL,
  -- password, key or token, sealed
  secret        bytea
);

-- What is told: written with the act of the alert that it tells of, kept until it is gone out, and for a month after.
CREATE TABLE alert_notice (
  -- ULID, told with it: who gets it twice knows it by this
  id          text PRIMARY KEY,
  -- what it is about, so that the same is never put twice: alert/revision/output/recipient
  key         text NOT NULL UNIQUE,
  output_id   text NOT NULL REFERENCES alert_output (id) ON DELETE CASCADE,
  -- null: about an output
  alert_id    text,
  recipient   text,
  -- as it goes out, the same at each try
  content     jsonb NOT NULL,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'dropped')),
  attempts    integer NOT NULL DEFAULT 0,
  made_at     timestamptz NOT NULL,
  -- when it is tried next
  due_at      timestamptz NOT NULL,
  done_at     timestamptz,
  -- what went wrong last
  detail      text,
  CHECK ((state = 'waiting') = (done_at IS NULL))
);
CREATE INDEX alert_notice_due ON alert_notice (output_id, due_at, id) WHERE state = 'waiting';
CREATE INDEX alert_notice_output ON alert_notice (output_id, id DESC);
CREATE INDEX alert_notice_done ON alert_notice (done_at) WHERE state <> 'waiting';

ALTER TABLE alert_rule_version
  -- to whom its alerts are told beside the wall, and in which words; null: to nobody
  ADD COLUMN telling  jsonb;
