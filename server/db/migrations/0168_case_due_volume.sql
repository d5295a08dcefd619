-- Up Migration

-- Open cases are counted by the day on which their promised limit ends as well: how many are overdue is a sum over days
-- that are past, and not over a hundred thousand cases. Of `due` the month is a day.
ALTER TABLE case_volume DROP CONSTRAINT case_volume_figure_check;
ALTER TABLE case_volume ADD CONSTRAINT case_volume_figure_check
  CHECK (figure IN ('accepted', 'finished', 'late', 'open', 'due'));

CREATE OR REPLACE FUNCTION case_counts(accepted timestamptz, finished timestamptz, promised timestamptz, state text, clock text)
RETURNS TABLE (month text, figure text) STABLE LANGUAGE sql AS $$
  SELECT coalesce(to_char(at AT TIME ZONE 'Asia/Shanghai', CASE figure WHEN 'due' THEN 'YYYY-MM-DD' ELSE 'YYYY-MM' END), ''), figure
  FROM (VALUES
    ('accepted', accepted, accepted IS NOT NULL),
    ('finished', finished, state = 'finished'),
    ('late', finished, state = 'finished' AND promised < finished),
    ('open', NULL, clock <> 'off'),
    ('due', promised, clock <> 'off' AND promised IS NOT NULL)) AS figures (figure, at, counts)
  WHERE counts
$$;

INSERT INTO case_volume (month, figure, department_id, item_id, region_id, hall_id, n)
SELECT month, figure, department_id, item_id, region_id, hall_id, count(*)
FROM handled_case, case_counts(accepted_at, finished_at, promised_at, state, clock) WHERE figure = 'due' GROUP BY 1, 2, 3, 4, 5, 6;

-- Days on which nothing is open any more cost nothing.
CREATE INDEX case_volume_due ON case_volume (month) WHERE figure = 'due' AND n <> 0;
