-- Up Migration

CREATE TABLE camera (
  id               text CONSTRAINT camera_id PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  hall_id          text NOT NULL CONSTRAINT camera_hall REFERENCES hall (id) ON DELETE RESTRICT,
  name             text NOT NULL,
  purpose          text NOT NULL CHECK (purpose IN ('public-area', 'window', 'back-office')),
  -- device service address; null for a camera known by its stream address alone
  onvif_url        text,
  username         text NOT NULL DEFAULT '',
  -- AES-256-GCM under the key file of the installation, bound to the id; null where there is no password
  password_sealed  bytea,
  -- what the camera says of itself, as it wrote it
  manufacturer     text NOT NULL DEFAULT '',
  model            text NOT NULL DEFAULT '',
  firmware         text NOT NULL DEFAULT '',
  serial           text NOT NULL DEFAULT '',
  -- on the floor plan: its units, and degrees clockwise from up
  place_x          double precision,
  place_y          double precision,
  bearing          double precision,
  enabled          boolean NOT NULL DEFAULT true,
  source_choice    text NOT NULL DEFAULT 'auto' CHECK (source_choice IN ('auto', 'rtsp', 'ffmpeg')),
  created_at       timestamptz NOT NULL DEFAULT now(),
  CHECK ((place_x IS NULL) = (place_y IS NULL)),
  -- for camera_window: a camera sees windows of its own hall only
  UNIQUE (id, hall_id)
);

CREATE INDEX camera_hall_id ON camera (hall_id);

-- One camera is one row. Serials of one repeated character ("0", "000000") are what makers leave in who give none.
CREATE UNIQUE INDEX camera_serial ON camera (manufacturer, serial) WHERE serial !~ '^(.)\1*$' AND serial <> '';

-- Main and sub stream; a camera with one profile has it in both rows.
CREATE TABLE camera_profile (
  camera_id   text NOT NULL REFERENCES camera (id) ON DELETE CASCADE,
  role        text NOT NULL CHECK (role IN ('main', 'sub')),
  token       text NOT NULL,
  name        text NOT NULL,
  codec       text NOT NULL,
  width       integer NOT NULL,
  height      integer NOT NULL,
  fps         double precision NOT NULL,
  -- rtsp:// without credentials
  stream_uri  text NOT NULL,
  PRIMARY KEY (camera_id, role),
  CONSTRAINT camera_stream UNIQUE (stream_uri, role)
);

-- The windows a camera sees, best first.
CREATE TABLE camera_window (
  camera_id  text NOT NULL,
  hall_id    text NOT NULL,
  window_id  text NOT NULL,
  position   integer NOT NULL,
  PRIMARY KEY (camera_id, window_id),
  FOREIGN KEY (camera_id, hall_id) REFERENCES camera (id, hall_id) ON DELETE CASCADE,
  CONSTRAINT camera_sees_window FOREIGN KEY (hall_id, window_id) REFERENCES service_window (hall_id, id) ON DELETE RESTRICT
);

CREATE INDEX camera_window_seen ON camera_window (hall_id, window_id);
