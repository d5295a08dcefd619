-- Up Migration

-- How each kind is scored (contract/performance.ts); another formula is another version.
CREATE TABLE performance_indicator (
  of       text NOT NULL CHECK (of IN ('department', 'window', 'person')),
  version  integer NOT NULL CHECK (version > 0),
  formula  text NOT NULL,
  made_at  timestamptz NOT NULL DEFAULT now(),
  -- null: shipped with the program
  made_by  text,
  PRIMARY KEY (of, version)
);
INSERT INTO performance_indicator (of, version, formula) VALUES
  ('department', 1, 'clamp(100 - cardPoints - 5 * upheldComplaints - lateOrders + bonus, 0, 110)'),
  ('window', 1, 'clamp(100 - 2 * confirmedAlerts - 3 * uncorrectedReviews - bad + bonus, 0, 110)'),
  ('person', 1, 'clamp(100 - if(rated, 100 * bad / rated, 0) + bonus, 0, 110)');

-- Points given or taken by a person. Never changed: another one stands beside it.
CREATE TABLE performance_adjustment (
  id          text COLLATE "C" PRIMARY KEY,
  month       text NOT NULL,
  of          text NOT NULL,
  subject_id  text NOT NULL,
  hall_id     text,
  points      double precision NOT NULL,
  reason      text NOT NULL,
  made_at     timestamptz NOT NULL,
  made_by     text NOT NULL
);
CREATE INDEX performance_adjustment_month ON performance_adjustment (month, of, subject_id);

-- A month that was published stands as it was then.
CREATE TABLE performance_month (
  month         text PRIMARY KEY,
  published_at  timestamptz NOT NULL,
  published_by  text NOT NULL
);
CREATE TABLE performance_score (
  month       text NOT NULL REFERENCES performance_month (month) ON DELETE RESTRICT,
  of          text NOT NULL,
  subject_id  text NOT NULL,
  hall_id     text,
  version     integer NOT NULL,
  figures     jsonb NOT NULL,
  score       double precision,
  rank        integer,
  PRIMARY KEY (month, of, subject_id),
  FOREIGN KEY (of, version) REFERENCES performance_indicator (of, version) ON DELETE RESTRICT
);
CREATE FUNCTION performance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published month stands as it was';
END $$;
CREATE TRIGGER performance_score_stays BEFORE UPDATE OR DELETE ON performance_score
  FOR EACH ROW EXECUTE FUNCTION performance_stays();
CREATE TRIGGER performance_adjustment_stays BEFORE UPDATE OR DELETE ON performance_adjustment
  FOR EACH ROW EXECUTE FUNCTION performance_stays();
