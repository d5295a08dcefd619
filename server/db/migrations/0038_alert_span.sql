-- Up Migration

-- Alerts of a span 时间段内的预警: the timeline asks which lasted into it, and began no matter how long before.
CREATE INDEX alert_span ON alert USING gist
  (tstzrange(condition_since, greatest(condition_since, coalesce(closed_at, 'infinity'::timestamptz)), '[]'));
