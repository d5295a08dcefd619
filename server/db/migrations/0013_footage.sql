-- Up Migration

-- Footage 录像: what is recorded, where it lies, why it is missing, and how long it stays (docs/decisions/0005-footage.md).
-- No foreign keys to cameras: footage outlives the camera that took it.

-- How long footage stays, by the purpose of its camera.
CREATE TABLE retention_rule (
  purpose   text PRIMARY KEY CHECK (purpose IN ('public-area', 'window', 'back-office')),
  min_days  integer NOT NULL CHECK (min_days >= 0),
  max_days  integer NOT NULL CHECK (max_days > 0),
  CHECK (min_days <= max_days)
);
INSERT INTO retention_rule (purpose, min_days, max_days) VALUES ('public-area', 30, 90), ('window', 30, 90), ('back-office', 30, 60);

-- How a camera is recorded; a camera without a row is not.
CREATE TABLE recording_plan (
  camera_id      text PRIMARY KEY REFERENCES camera (id) ON DELETE CASCADE,
  mode           text NOT NULL CHECK (mode IN ('off', 'continuous', 'opening-hours', 'on-alert')),
  role           text NOT NULL CHECK (role IN ('main', 'sub')),
  pre_roll_sec   integer NOT NULL CHECK (pre_roll_sec BETWEEN 0 AND 60),
  post_roll_sec  integer NOT NULL CHECK (post_roll_sec BETWEEN 0 AND 600),
  -- null: as the purpose of the camera says
  min_days       integer CHECK (min_days >= 0),
  max_days       integer CHECK (max_days > 0),
  CHECK (min_days <= max_days)
);

-- A folder on a disk that footage is written to (tier 1) or moved to when it is older (tier 2 and on).
CREATE TABLE footage_volume (
  id           text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  path         text NOT NULL UNIQUE,
  tier         integer NOT NULL DEFAULT 1 CHECK (tier BETWEEN 1 AND 9),
  -- null: all the disk has, less what must stay free
  quota_bytes  bigint CHECK (quota_bytes > 0),
  created_at   timestamptz NOT NULL DEFAULT now()
);

-- Unbroken recording of one stream in one format: every picture of it is there, from the first to the last.
CREATE TABLE footage_run (
  -- ULID, made by the recorder, as the database may be away
  id          text COLLATE "C" PRIMARY KEY,
  camera_id   text NOT NULL,
  role        text NOT NULL CHECK (role IN ('main', 'sub')),
  -- of the footage that is still kept
  started_at  timestamptz NOT NULL,
  -- of the newest finished segment
  ended_at    timestamptz NOT NULL,
  -- null: going on
  end_cause   text,
  codec       text NOT NULL,
  width       integer NOT NULL,
  height      integer NOT NULL,
  fps         real,
  -- aac, ulaw, alaw; null: no sound
  sound       text,
  CHECK (ended_at >= started_at)
);
CREATE INDEX footage_run_series ON footage_run (camera_id, role, started_at DESC) INCLUDE (ended_at, end_cause);
CREATE INDEX footage_run_until ON footage_run (ended_at);

-- One file. Its path follows from volume, camera, role, start, run and number.
CREATE TABLE footage_segment (
  camera_id        text NOT NULL,
  role             text NOT NULL,
  -- by the server's clock, from the camera's wall clock less its offset where it tells one
  started_at       timestamptz NOT NULL,
  ended_at         timestamptz NOT NULL,
  run_id           text COLLATE "C" NOT NULL,
  -- in its run, from 0 without a hole
  number           integer NOT NULL,
  volume_id        text NOT NULL,
  bytes            bigint NOT NULL,
  frames           integer NOT NULL,
  -- of ftyp and moov at the head of the file
  init_bytes       integer NOT NULL,
  -- decode time of its first picture, 1/90000 s from the first picture of the run
  start_ticks      bigint NOT NULL,
  -- why it ended: full, format-changed, lost, stopped, disk, clock, crash
  end_cause        text NOT NULL,
  -- the camera's clock minus the server's; null where the camera does not tell
  clock_offset_ms  double precision,
  sha256           bytea NOT NULL,
  -- its place in the chain of its stream, and SHA-256 over the chain before it, its hash and its facts
  chain_no         bigint NOT NULL,
  chain            bytea NOT NULL,
  -- ok; damaged: the file is not what was hashed; missing: there is no file
  state            text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'damaged', 'missing'))
);
SELECT create_hypertable('footage_segment', 'started_at', chunk_time_interval => INTERVAL '1 day', create_default_indexes => false);
CREATE UNIQUE INDEX footage_segment_series ON footage_segment (camera_id, role, started_at DESC, run_id, number);

-- The newest link of the chain of each stream.
CREATE TABLE footage_chain (
  camera_id  text NOT NULL,
  role       text NOT NULL,
  chain_no   bigint NOT NULL,
  chain      bytea NOT NULL,
  PRIMARY KEY (camera_id, role)
);

-- Links that left by retention, as ranges, so that the chain can be followed over them.
CREATE TABLE footage_removed (
  camera_id   text NOT NULL,
  role        text NOT NULL,
  from_no     bigint NOT NULL,
  to_no       bigint NOT NULL,
  -- the link of to_no
  chain       bytea NOT NULL,
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz NOT NULL,
  -- max-age, space
  cause       text NOT NULL,
  removed_at  timestamptz NOT NULL,
  PRIMARY KEY (camera_id, role, from_no),
  CHECK (to_no >= from_no)
);

-- When there is no footage of a stream, and why. Runs and gaps together cover all time since its recording was first planned.
CREATE TABLE footage_gap (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  camera_id   text NOT NULL,
  role        text NOT NULL,
  started_at  timestamptz NOT NULL,
  -- null: it lasts
  ended_at    timestamptz,
  cause       text NOT NULL,
  -- a code of the error catalogue, or a name, where one explains more
  detail      text,
  CHECK (ended_at >= started_at)
);
CREATE INDEX footage_gap_series ON footage_gap (camera_id, role, started_at DESC) INCLUDE (ended_at, cause);
CREATE UNIQUE INDEX footage_gap_open_once ON footage_gap (camera_id, role) WHERE ended_at IS NULL;

-- Footage that nothing deletes 证据保全.
CREATE TABLE footage_hold (
  id          text COLLATE "C" PRIMARY KEY,
  camera_id   text NOT NULL,
  from_at     timestamptz NOT NULL,
  until_at    timestamptz NOT NULL,
  -- manual, alert, card, complaint, request
  subject     text NOT NULL,
  subject_id  text,
  reason      text NOT NULL,
  placed_by   text NOT NULL,
  placed_at   timestamptz NOT NULL,
  -- null: until somebody lifts it
  expires_at  timestamptz,
  lifted_by   text,
  lifted_at   timestamptz,
  CHECK (until_at > from_at),
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE INDEX footage_hold_series ON footage_hold (camera_id, until_at) WHERE lifted_at IS NULL;

CREATE TABLE footage_bookmark (
  id          text COLLATE "C" PRIMARY KEY,
  camera_id   text NOT NULL,
  at          timestamptz NOT NULL,
  note        text NOT NULL,
  created_by  text NOT NULL,
  created_at  timestamptz NOT NULL
);
CREATE INDEX footage_bookmark_series ON footage_bookmark (camera_id, at DESC);
