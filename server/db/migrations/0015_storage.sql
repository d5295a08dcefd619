-- Up Migration

-- Storage 存储: what footage takes where, which files are to go, and how much of the opening hours was recorded.

-- Written into the volume as well: an empty mount point, or the folder of another installation, does not carry it.
ALTER TABLE footage_volume ADD COLUMN mark text NOT NULL DEFAULT gen_random_uuid()::text;

-- What footage takes, by stream and hour of its start. Kept by the trigger below, whoever writes, so that nobody adds up
-- 25 million segments; files that are missing take nothing.
CREATE TABLE footage_usage (
  volume_id  text NOT NULL,
  camera_id  text NOT NULL,
  role       text NOT NULL,
  hour       timestamptz NOT NULL,
  segments   bigint NOT NULL,
  bytes      bigint NOT NULL,
  -- of its hour in all, whatever was removed since: the rate that the forecast takes
  written    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (volume_id, camera_id, role, hour)
);
CREATE INDEX footage_usage_hour ON footage_usage (hour);

CREATE FUNCTION footage_usage_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sign bigint := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
  -- In the order of the key, so that two writers never wait for each other in a circle.
  INSERT INTO footage_usage AS known (volume_id, camera_id, role, hour, segments, bytes, written)
  SELECT volume_id, camera_id, role, date_trunc('hour', started_at, 'UTC'), sign * count(*), sign * sum(bytes),
    CASE TG_OP WHEN 'INSERT' THEN sum(bytes) ELSE 0 END
  FROM changed WHERE state <> 'missing' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (volume_id, camera_id, role, hour) DO UPDATE
    SET segments = known.segments + EXCLUDED.segments, bytes = known.bytes + EXCLUDED.bytes,
      written = known.written + EXCLUDED.written;
  RETURN NULL;
END $$;

CREATE FUNCTION footage_usage_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO footage_usage AS known (volume_id, camera_id, role, hour, segments, bytes)
  SELECT volume_id, camera_id, role, date_trunc('hour', started_at, 'UTC'), sum(sign), sum(sign * bytes)
  FROM (SELECT 1 AS sign, * FROM after WHERE state <> 'missing' UNION ALL
        SELECT -1 AS sign, * FROM before WHERE state <> 'missing') both_sides
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (volume_id, camera_id, role, hour) DO UPDATE
    SET segments = known.segments + EXCLUDED.segments, bytes = known.bytes + EXCLUDED.bytes;
  RETURN NULL;
END $$;

CREATE TRIGGER footage_usage_insert AFTER INSERT ON footage_segment
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION footage_usage_count();
CREATE TRIGGER footage_usage_delete AFTER DELETE ON footage_segment
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION footage_usage_count();
CREATE TRIGGER footage_usage_update AFTER UPDATE ON footage_segment
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION footage_usage_move();

-- Files that shall go although no row speaks of them any more: written with the row's removal, and before a copy is begun.
-- Who finds such a file takes it for removed.
CREATE TABLE footage_doomed (
  volume_id   text NOT NULL,
  camera_id   text NOT NULL,
  role        text NOT NULL,
  started_at  timestamptz NOT NULL,
  run_id      text COLLATE "C" NOT NULL,
  number      integer NOT NULL,
  PRIMARY KEY (volume_id, camera_id, role, started_at, run_id, number)
);

-- Coverage 录像完整率 of one camera on one day of its hall, as it was when the day was over.
CREATE TABLE coverage_day (
  camera_id     text NOT NULL,
  role          text NOT NULL CHECK (role IN ('main', 'sub')),
  hall_id       text NOT NULL,
  day           date NOT NULL,
  -- what the opening hours were taken from: timetable, windows, whole-day
  base          text NOT NULL,
  open_sec      double precision NOT NULL,
  recorded_sec  double precision NOT NULL,
  -- [{cause, seconds, count}]
  gaps          jsonb NOT NULL,
  oldest_at     timestamptz,
  PRIMARY KEY (hall_id, day, camera_id, role)
);

-- The same of a window: recorded is what any camera that sees it recorded.
CREATE TABLE coverage_window_day (
  hall_id       text NOT NULL,
  window_id     text NOT NULL,
  day           date NOT NULL,
  base          text NOT NULL,
  camera_ids    text[] NOT NULL,
  open_sec      double precision NOT NULL,
  recorded_sec  double precision NOT NULL,
  PRIMARY KEY (hall_id, day, window_id)
);
