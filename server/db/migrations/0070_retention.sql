-- Up Migration

-- How long what is kept by time stays (contract/retention.ts); null: for ever.
CREATE TABLE retention (
  kept       text PRIMARY KEY,
  keep_days  integer CHECK (keep_days > 0)
);
INSERT INTO retention VALUES ('events', 750), ('readings', 400), ('measurements', 100), ('figures5min', 400),
  ('figuresHour', 1900), ('figuresDay', NULL), ('commands', 400);
