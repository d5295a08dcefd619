-- Up Migration

-- Queue figures over time, sampled every 10 s; docs/figures.md defines them.
CREATE TABLE measurement (
  at        timestamptz NOT NULL,
  hall_id   text NOT NULL,
  -- null: the whole hall
  queue_id  text,
  figure    text NOT NULL CHECK (figure IN ('waiting', 'longest_wait_sec', 'staffed_windows')),
  value     double precision NOT NULL
);
SELECT create_hypertable('measurement', 'at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
CREATE INDEX measurement_series ON measurement (hall_id, figure, queue_id, at DESC);
