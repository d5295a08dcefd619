-- Up Migration

-- How far people are with an alert is one thing, whether its condition lasts another. `outcome` says why the engine let
-- go of it: an alert may end while somebody has it in hand, and be closed by a person while its condition lasts.
ALTER TABLE alert
  -- counts what happened to it, as in alert_act
  ADD COLUMN revision     integer NOT NULL DEFAULT 1 CHECK (revision > 0),
  ADD COLUMN assigned_to  text,
  ADD COLUMN verdict      text CHECK (verdict IN ('confirmed', 'false-alarm')),
  DROP CONSTRAINT alert_status_check,
  ADD CHECK (status IN ('open', 'acknowledged', 'assigned', 'handled', 'closed')),
  ADD CHECK (status <> 'assigned' OR assigned_to IS NOT NULL);

DROP INDEX alert_open_once;
-- However often the program is killed and started: one alert of a rule about a subject that anyone has to do with.
CREATE UNIQUE INDEX alert_kept_once ON alert (rule_id, subject) WHERE closed_at IS NULL OR outcome IS NULL;

-- What happened to an alert, and how it stood afterwards. One row an act, written with the alert's own row.
CREATE TABLE alert_act (
  alert_id     text NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  revision     integer NOT NULL CHECK (revision > 0),
  act          text NOT NULL,
  at           timestamptz NOT NULL,
  -- null: the engine
  by           text,
  note         text,
  status       text NOT NULL,
  severity     text NOT NULL,
  assigned_to  text,
  verdict      text,
  outcome      text,
  PRIMARY KEY (alert_id, revision)
);
CREATE INDEX alert_act_at ON alert_act (at);

CREATE FUNCTION alert_act_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'acts are never changed';
END $$;
CREATE TRIGGER alert_act_is_kept BEFORE UPDATE ON alert_act
  FOR EACH ROW EXECUTE FUNCTION alert_act_is_kept();

-- What is known of the alerts so far: that they were raised, acknowledged, and ended.
INSERT INTO alert_act (alert_id, revision, act, at, by, status, severity, outcome)
SELECT id, row_number() OVER (PARTITION BY id ORDER BY place), act, at, by, after, severity, why
FROM alert CROSS JOIN LATERAL (VALUES
  (1, 'raise', raised_at, NULL, 'open', NULL),
  (2, 'acknowledge', acknowledged_at, acknowledged_by, 'acknowledged', NULL),
  (3, 'end', closed_at, NULL, 'closed', outcome)
) AS known (place, act, at, by, after, why)
WHERE at IS NOT NULL;

UPDATE alert SET revision = (SELECT max(revision) FROM alert_act WHERE alert_id = alert.id);
