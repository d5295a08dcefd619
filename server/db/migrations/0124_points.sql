-- Up Migration

-- The formula of the score by difficulty and load, which stands beside the raw one.
ALTER TABLE performance_indicator ADD COLUMN normalised text;
UPDATE performance_indicator SET normalised = CASE of
  -- a share of bad reviews knows its load already
  WHEN 'person' THEN '100 - (100 - score) / difficulty'
  ELSE '100 - (100 - score) / (difficulty * load)' END;
ALTER TABLE performance_indicator ALTER COLUMN normalised SET NOT NULL;

ALTER TABLE performance_score
  ADD COLUMN mix jsonb NOT NULL DEFAULT '{"difficulty": 1, "load": 1}',
  ADD COLUMN normalised double precision;

-- Appeals against points: lodged by those who were scored, decided once, by somebody else.
CREATE TABLE performance_appeal (
  id          text COLLATE "C" PRIMARY KEY,
  month       text NOT NULL,
  of          text NOT NULL,
  subject_id  text NOT NULL,
  hall_id     text,
  figure      text NOT NULL,
  reason      text NOT NULL,
  made_at     timestamptz NOT NULL,
  made_by     text NOT NULL,
  state       text NOT NULL DEFAULT 'lodged',
  points      double precision,
  answer      text,
  decided_at  timestamptz,
  decided_by  text
);
CREATE INDEX performance_appeal_month ON performance_appeal (month, of);
CREATE INDEX performance_appeal_open ON performance_appeal (id) WHERE state = 'lodged';
