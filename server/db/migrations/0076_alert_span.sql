-- Up Migration

-- A span ends when the condition was over; whoever closed the alert later did so at his desk. One that nobody saw the end
-- of lasts until it was closed.
DROP INDEX alert_span;
CREATE INDEX alert_span ON alert USING gist
  (tstzrange(condition_since,
     greatest(condition_since, coalesce(cleared_at, closed_at, 'infinity'::timestamptz)), '[]'));
