-- Up Migration

-- What an office tells everybody below it, and who has read it.
CREATE TABLE announcement (
  id         text COLLATE "C" PRIMARY KEY,
  title      text NOT NULL,
  text       text NOT NULL,
  -- null: everybody
  region_id  text REFERENCES region (id) ON DELETE CASCADE,
  made_at    timestamptz NOT NULL,
  made_by    text NOT NULL
);
CREATE TABLE announcement_read (
  announcement_id  text COLLATE "C" NOT NULL REFERENCES announcement (id) ON DELETE CASCADE,
  username         text NOT NULL,
  at               timestamptz NOT NULL,
  PRIMARY KEY (announcement_id, username)
);
