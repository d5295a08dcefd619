-- Up Migration

-- How many cases there are, by month, place and item: what statistics count of a million of them in milliseconds. Kept by
-- the triggers below, whoever writes, in the transaction of the cases themselves.
CREATE TABLE case_volume (
  -- by Shanghai's clock; '': now, of what is open
  month          text NOT NULL,
  figure         text NOT NULL CHECK (figure IN ('accepted', 'finished', 'late', 'open')),
  department_id  text NOT NULL,
  item_id        text NOT NULL,
  region_id      text NOT NULL,
  hall_id        text,
  n              integer NOT NULL,
  UNIQUE NULLS NOT DISTINCT (month, figure, department_id, item_id, region_id, hall_id)
);

-- To what a case counts.
CREATE FUNCTION case_counts(accepted timestamptz, finished timestamptz, promised timestamptz, state text, clock text)
RETURNS TABLE (month text, figure text) STABLE LANGUAGE sql AS $$
  SELECT coalesce(to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), ''), figure
  FROM (VALUES
    ('accepted', accepted, accepted IS NOT NULL),
    ('finished', finished, state = 'finished'),
    ('late', finished, state = 'finished' AND promised < finished),
    ('open', NULL, clock <> 'off')) AS figures (figure, at, counts)
  WHERE counts
$$;

CREATE FUNCTION case_volume_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- In the order of the key, so that two writers never wait for each other in a circle.
  INSERT INTO case_volume AS known (month, figure, department_id, item_id, region_id, hall_id, n)
  SELECT month, figure, department_id, item_id, region_id, hall_id, count(*) * CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END
  FROM changed, case_counts(accepted_at, finished_at, promised_at, state, clock)
  GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (month, figure, department_id, item_id, region_id, hall_id) DO UPDATE SET n = known.n + EXCLUDED.n;
  RETURN NULL;
END $$;

CREATE FUNCTION case_volume_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO case_volume AS known (month, figure, department_id, item_id, region_id, hall_id, n)
  SELECT month, figure, department_id, item_id, region_id, hall_id, sum(sign)
  FROM (SELECT 1 AS sign, * FROM after UNION ALL SELECT -1 AS sign, * FROM before) AS both_sides,
    case_counts(accepted_at, finished_at, promised_at, state, clock)
  GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(sign) <> 0 ORDER BY 1, 2, 3, 4, 5, 6
  ON CONFLICT (month, figure, department_id, item_id, region_id, hall_id) DO UPDATE SET n = known.n + EXCLUDED.n;
  RETURN NULL;
END $$;

CREATE FUNCTION case_volume_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE case_volume;
  RETURN NULL;
END $$;

CREATE TRIGGER case_volume_insert AFTER INSERT ON handled_case
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION case_volume_count();
CREATE TRIGGER case_volume_delete AFTER DELETE ON handled_case
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION case_volume_count();
CREATE TRIGGER case_volume_update AFTER UPDATE ON handled_case
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION case_volume_move();
CREATE TRIGGER case_volume_truncate AFTER TRUNCATE ON handled_case
  FOR EACH STATEMENT EXECUTE FUNCTION case_volume_empty();

INSERT INTO case_volume (month, figure, department_id, item_id, region_id, hall_id, n)
SELECT month, figure, department_id, item_id, region_id, hall_id, count(*)
FROM handled_case, case_counts(accepted_at, finished_at, promised_at, state, clock) GROUP BY 1, 2, 3, 4, 5, 6;

-- It was there to be counted.
DROP INDEX handled_case_accepted;
