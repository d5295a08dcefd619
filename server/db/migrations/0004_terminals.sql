-- Up Migration

-- Terminals 终端: their register, what they said, and what could not be understood.

CREATE TABLE terminal (
  hall_id        text NOT NULL REFERENCES hall (id) ON DELETE RESTRICT,
  kind           text NOT NULL CHECK (kind IN ('kiosk', 'caller', 'screen', 'rater', 'sensor')),
  device_id      text NOT NULL CHECK (device_id ~ '^[a-z0-9-]{1,64}$'),
  window_id      text,
  name           text NOT NULL DEFAULT '',
  -- what the device says of itself
  model          text NOT NULL DEFAULT '',
  firmware       text NOT NULL DEFAULT '',
  -- how it was when last written down, so that a restart does not forget it; a few seconds behind the truth
  link           text NOT NULL DEFAULT 'never-heard' CHECK (link IN ('never-heard', 'online', 'lost')),
  session_id     text,
  link_since     timestamptz,
  last_heard_at  timestamptz,
  PRIMARY KEY (hall_id, kind, device_id),
  FOREIGN KEY (hall_id, window_id) REFERENCES service_window (hall_id, id) ON DELETE RESTRICT
);

-- The event log: the truth from which the state of every hall is rebuilt. Written once, never changed.
CREATE TABLE terminal_event (
  -- when it happened by the device's own clock; the time of receipt where that clock is beyond belief (misdated)
  occurred_at  timestamptz NOT NULL,
  received_at  timestamptz NOT NULL,
  -- when it counts for figures and limits: the receipt, or its own time where it was kept back
  at           timestamptz NOT NULL,
  -- the order in which the server took the events
  position     bigserial NOT NULL,
  -- ULID made by the device
  event_id     text COLLATE "C" NOT NULL,
  hall_id      text NOT NULL,
  kind         text NOT NULL,
  device_id    text NOT NULL,
  channel      text NOT NULL,
  type         text NOT NULL,
  session_id   text NOT NULL,
  seq          bigint NOT NULL,
  window_id    text,
  queue_id     text,
  ticket_id    text,
  -- the message without its envelope, as the contract has it
  payload      jsonb NOT NULL,
  -- kept by the terminal while it was offline, and sent more than 60 s late
  backfilled   boolean NOT NULL,
  misdated     boolean NOT NULL
);
SELECT create_hypertable('terminal_event', 'occurred_at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
-- A device repeats an event with the same id and the same time, so this is what makes delivery exactly-once.
CREATE UNIQUE INDEX terminal_event_once ON terminal_event (event_id, occurred_at);
CREATE INDEX terminal_event_of_hall ON terminal_event (hall_id, occurred_at DESC);
-- A misdated event is placed anew each time it comes, so the index above cannot know it again; the server does.
CREATE INDEX terminal_event_misdated ON terminal_event (received_at DESC) WHERE misdated;

-- What sensors measure: gauges when they change and once a minute, counters as they come.
CREATE TABLE sensor_reading (
  at         timestamptz NOT NULL,
  hall_id    text NOT NULL,
  device_id  text NOT NULL,
  -- inside, in, out, seat (0 or 1), co2 (ppm)
  quantity   text NOT NULL,
  value      double precision NOT NULL
);
SELECT create_hypertable('sensor_reading', 'at', chunk_time_interval => INTERVAL '7 days', create_default_indexes => false);
CREATE INDEX sensor_reading_of_hall ON sensor_reading (hall_id, quantity, at DESC);

-- Devices that speak under a valid topic and are in no register.
CREATE TABLE unknown_terminal (
  region_id       text NOT NULL,
  hall_id         text NOT NULL,
  kind            text NOT NULL,
  device_id       text NOT NULL,
  first_heard_at  timestamptz NOT NULL,
  last_heard_at   timestamptz NOT NULL,
  messages        bigint NOT NULL,
  PRIMARY KEY (region_id, hall_id, kind, device_id)
);

-- Messages that could not be used: the newest 10,000.
CREATE TABLE dead_letter (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at  timestamptz NOT NULL,
  topic        text NOT NULL,
  code         text NOT NULL,
  detail       text NOT NULL,
  -- the first 2 KiB
  payload      text NOT NULL,
  bytes        integer NOT NULL
);
