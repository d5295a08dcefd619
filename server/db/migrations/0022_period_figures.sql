-- Up Migration

-- Figures per 5 minutes, hour and day (contract/figures.ts), recomputed from the event log one hall and day at a time.

-- What happened to tickets 取号. Sums alone, so that any rows can be added up: to a queue, a window, a clerk, a hall.
CREATE TABLE figure_ticket (
  hall_id     text NOT NULL,
  period      text NOT NULL CHECK (period IN ('5min', 'hour', 'day')),
  -- the begin of the period; hours and days are those of the hall's time zone
  from_at     timestamptz NOT NULL,
  queue_id    text NOT NULL,
  -- empty: no window has to do with it, as with an issue
  window_id   text NOT NULL,
  -- empty: nobody is known
  staff       text NOT NULL,
  issued      integer NOT NULL,
  called      integer NOT NULL,
  -- those called whose beginning of waiting is known
  waited      integer NOT NULL,
  wait_sec    double precision NOT NULL,
  wait_max    double precision NOT NULL,
  -- waited no longer than the queue's target
  on_target   integer NOT NULL,
  started     integer NOT NULL,
  completed   integer NOT NULL,
  -- those completed whose start is known
  served      integer NOT NULL,
  service_sec double precision NOT NULL,
  -- called, and not completed
  skipped     integer NOT NULL,
  -- handed back before being called
  cancelled   integer NOT NULL,
  rated       integer NOT NULL,
  bad         integer NOT NULL,
  unrated     integer NOT NULL,
  -- person-seconds of waiting within the period
  waiting_sec double precision NOT NULL
);
SELECT create_hypertable('figure_ticket', 'from_at', chunk_time_interval => INTERVAL '28 days', create_default_indexes => false);
CREATE UNIQUE INDEX figure_ticket_series ON figure_ticket (hall_id, period, from_at, queue_id, window_id, staff);

-- How long windows were in each state. Closed is the rest.
CREATE TABLE figure_window (
  hall_id      text NOT NULL,
  period       text NOT NULL CHECK (period IN ('5min', 'hour', 'day')),
  from_at      timestamptz NOT NULL,
  window_id    text NOT NULL,
  staff        text NOT NULL,
  idle_sec     double precision NOT NULL,
  calling_sec  double precision NOT NULL,
  serving_sec  double precision NOT NULL,
  paused_sec   double precision NOT NULL,
  -- of those neither closed nor paused: with an empty seat
  empty_sec    double precision NOT NULL
);
SELECT create_hypertable('figure_window', 'from_at', chunk_time_interval => INTERVAL '28 days', create_default_indexes => false);
CREATE UNIQUE INDEX figure_window_series ON figure_window (hall_id, period, from_at, window_id, staff);

-- Days whose figures are to be computed anew. Only ever added to by those who write events, so that nobody waits for anybody.
CREATE TABLE figure_dirty (
  hall_id         text NOT NULL,
  -- in the hall's time zone
  day             date NOT NULL,
  -- where in the log the events stand
  occurred_from   timestamptz NOT NULL,
  occurred_until  timestamptz NOT NULL
);
CREATE INDEX figure_dirty_day ON figure_dirty (day DESC, hall_id);

-- Days that were computed, and where in the log all events lie that count in them: device clocks may be days off.
CREATE TABLE figure_day (
  hall_id         text NOT NULL,
  day             date NOT NULL,
  occurred_from   timestamptz NOT NULL,
  occurred_until  timestamptz NOT NULL,
  computed_at     timestamptz NOT NULL,
  PRIMARY KEY (hall_id, day)
);

-- In the transaction of the events, whoever writes them. What was said of a window holds for two hours, be it into the next day.
CREATE FUNCTION figure_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO figure_dirty (hall_id, day, occurred_from, occurred_until)
  SELECT hall_id, (at AT TIME ZONE time_zone)::date, min(occurred_at), max(occurred_at)
  FROM (SELECT hall_id, at, occurred_at FROM added
        UNION ALL SELECT hall_id, at + interval '2 hours', occurred_at FROM added) AS touched
  JOIN hall ON hall.id = hall_id
  GROUP BY 1, 2;
  RETURN NULL;
END $$;
CREATE TRIGGER terminal_event_figures AFTER INSERT ON terminal_event
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION figure_note();

-- What is in the log already.
INSERT INTO figure_dirty (hall_id, day, occurred_from, occurred_until)
SELECT hall_id, (at AT TIME ZONE time_zone)::date, min(occurred_at), max(occurred_at)
FROM terminal_event JOIN hall ON hall.id = hall_id
GROUP BY 1, 2;
