-- Up Migration

-- How each stream fared, a row a minute (contract/camera-health.ts). No foreign key: the history outlives the camera.
CREATE TABLE camera_health (
  -- the end of the minute
  at                timestamptz NOT NULL,
  camera_id         text NOT NULL,
  role              text NOT NULL CHECK (role IN ('main', 'sub')),
  -- rates are null where nothing was measured
  fps               real,
  kbps              real,
  key_interval_sec  real,
  loss_ratio        real,
  jitter_ms         real,
  clock_offset_ms   double precision,
  dropped           integer NOT NULL,
  losses            integer NOT NULL,
  uptime            real
);
SELECT create_hypertable('camera_health', 'at', chunk_time_interval => INTERVAL '1 day', create_default_indexes => false);
CREATE INDEX camera_health_series ON camera_health (camera_id, role, at DESC);

-- What cameras noticed by themselves (contract/camera-events.ts): changes only.
CREATE TABLE camera_event (
  at         timestamptz NOT NULL,
  camera_id  text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('motion', 'tamper', 'digital-input', 'other')),
  topic      text NOT NULL,
  source     text NOT NULL,
  -- null: it has no duration
  active     boolean,
  -- it was so when we subscribed
  initial    boolean NOT NULL
);
SELECT create_hypertable('camera_event', 'at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
CREATE INDEX camera_event_series ON camera_event (camera_id, at DESC);
