-- Up Migration

-- The view that a camera's picture is compared with, one for each light. Learnt by itself until somebody confirms one.
CREATE TABLE picture_reference (
  camera_id     text NOT NULL REFERENCES camera (id) ON DELETE CASCADE,
  light         text NOT NULL CHECK (light IN ('day', 'lights-off')),
  -- yuv420p, as it was looked at
  picture       bytea NOT NULL,
  jpeg          bytea NOT NULL,
  made_at       timestamptz NOT NULL,
  -- null: learnt
  confirmed_by  text,
  PRIMARY KEY (camera_id, light)
);

-- What was wrong with a picture, from when to when, and how the picture looked when it began.
CREATE TABLE picture_fault (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  camera_id   text NOT NULL REFERENCES camera (id) ON DELETE CASCADE,
  fault       text NOT NULL,
  light       text NOT NULL,
  confidence  real NOT NULL,
  since       timestamptz NOT NULL,
  until       timestamptz,
  -- null: no longer kept
  jpeg        bytea,
  CHECK (until >= since)
);

CREATE UNIQUE INDEX picture_fault_open_once ON picture_fault (camera_id, fault) WHERE until IS NULL;
CREATE INDEX picture_fault_camera ON picture_fault (camera_id, since DESC);
CREATE INDEX picture_fault_since ON picture_fault (since);
