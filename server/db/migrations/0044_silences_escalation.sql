-- Up Migration

-- Silences 静默: alerts within a scope are raised and kept, but call nobody until then. Null in a scope: any.
CREATE TABLE alert_silence (
  id         text PRIMARY KEY,
  kind       text,
  rule_id    text,
  hall_id    text,
  window_id  text,
  queue_id   text,
  camera_id  text,
  until      timestamptz NOT NULL,
  reason     text NOT NULL CHECK (reason <> ''),
  made_at    timestamptz NOT NULL,
  made_by    text NOT NULL,
  -- lifted before its time
  lifted_at  timestamptz,
  lifted_by  text,
  CHECK (num_nonnulls(kind, rule_id, hall_id, window_id, queue_id, camera_id) > 0),
  CHECK (until > made_at),
  CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE INDEX alert_silence_until ON alert_silence (until DESC);

ALTER TABLE alert
  -- the silence that keeps it quiet now
  ADD COLUMN silence_id    text REFERENCES alert_silence (id) ON DELETE RESTRICT,
  -- since when it waits for someone to acknowledge it
  ADD COLUMN open_since    timestamptz,
  -- when it was escalated, as nobody acknowledged it; null again as soon as somebody does
  ADD COLUMN escalated_at  timestamptz;
UPDATE alert SET open_since = severity_at;
ALTER TABLE alert ALTER COLUMN open_since SET NOT NULL;

ALTER TABLE alert_rule_version
  -- opening: only while the hall is open by its timetable
  ADD COLUMN hours       text NOT NULL DEFAULT 'always' CHECK (hours IN ('always', 'opening')),
  -- what happens when nobody acknowledges: {"afterSec", "levelUp"}; null: nothing
  ADD COLUMN escalation  jsonb;
-- What clerks and queues do counts while the hall is open.
UPDATE alert_rule_version SET escalation = '{"afterSec": 600, "levelUp": false}', hours = CASE
  WHEN rule_id IN ('window-unattended', 'wait-overtime', 'queue-overflow', 'idle-with-queue', 'pause-overrun')
  THEN 'opening' ELSE 'always' END;

-- Shift handover 交接班: a note, and the alerts that were not closed at that moment.
CREATE TABLE shift_handover (
  id          text PRIMARY KEY,
  at          timestamptz NOT NULL,
  by          text NOT NULL,
  note        text NOT NULL,
  -- as they were then
  alerts      jsonb NOT NULL,
  -- who took over
  taken_at    timestamptz,
  taken_by    text,
  CHECK ((taken_at IS NULL) = (taken_by IS NULL))
);
