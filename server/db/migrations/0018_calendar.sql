-- Up Migration

-- Working calendar and opening hours (contract/calendar.ts).

CREATE TABLE calendar_notice (
  id            text COLLATE "C" PRIMARY KEY,
  -- null: the nation
  region_id     text REFERENCES region (id) ON DELETE CASCADE,
  title         text NOT NULL,
  number        text NOT NULL,
  covers_from   date NOT NULL,
  covers_until  date NOT NULL,
  -- [{day, kind, name}]
  days          jsonb NOT NULL,
  -- null: it came with Hallwatch
  imported_by   text,
  imported_at   timestamptz NOT NULL,
  CHECK (covers_until >= covers_from)
);

-- Opening hours of a hall, {timetables, days}: read and written whole.
CREATE TABLE hall_timetable (
  hall_id    text PRIMARY KEY REFERENCES hall (id) ON DELETE CASCADE,
  timetable  jsonb NOT NULL
);
