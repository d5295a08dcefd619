-- Up Migration

-- Where things stand: region > hall > windows and queues (DOMAIN terms: 行政区划, 大厅, 窗口, 队列).
-- Names are in both languages: {"zh": "...", "en": "..."}.

CREATE TABLE region (
  id         text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  -- GB/T 2260 code
  code       text NOT NULL CHECK (code ~ '^[0-9]{6,12}$'),
  name       jsonb NOT NULL,
  parent_id  text REFERENCES region (id) ON DELETE RESTRICT,
  -- rings of [longitude, latitude], or null where no outline is known
  outline    jsonb,
  CHECK (parent_id <> id)
);

CREATE TABLE hall (
  id          text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  region_id   text NOT NULL REFERENCES region (id) ON DELETE RESTRICT,
  name        jsonb NOT NULL,
  address     text NOT NULL DEFAULT '',
  longitude   double precision,
  latitude    double precision,
  capacity    integer NOT NULL DEFAULT 200 CHECK (capacity > 0),
  time_zone   text NOT NULL DEFAULT 'Asia/Shanghai',
  floor_plan  jsonb,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE queue (
  hall_id          text NOT NULL REFERENCES hall (id) ON DELETE RESTRICT,
  id               text NOT NULL CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  name             jsonb NOT NULL,
  -- the wait that the hall promises
  target_wait_sec  integer NOT NULL DEFAULT 900 CHECK (target_wait_sec > 0),
  -- the order people gave them
  position         integer NOT NULL DEFAULT 0,
  PRIMARY KEY (hall_id, id)
);

-- "window" is a reserved word in SQL
CREATE TABLE service_window (
  hall_id   text NOT NULL REFERENCES hall (id) ON DELETE RESTRICT,
  id        text NOT NULL CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  -- what stands above the window: "07"
  label     text NOT NULL,
  name      jsonb NOT NULL,
  -- {"x": ..., "y": ...} in units of the floor plan
  place     jsonb,
  position  integer NOT NULL DEFAULT 0,
  PRIMARY KEY (hall_id, id)
);

-- which queues feed which window
CREATE TABLE service_window_queue (
  hall_id    text NOT NULL,
  window_id  text NOT NULL,
  queue_id   text NOT NULL,
  position   integer NOT NULL DEFAULT 0,
  PRIMARY KEY (hall_id, window_id, queue_id),
  FOREIGN KEY (hall_id, window_id) REFERENCES service_window (hall_id, id) ON DELETE CASCADE,
  FOREIGN KEY (hall_id, queue_id) REFERENCES queue (hall_id, id) ON DELETE CASCADE
);
