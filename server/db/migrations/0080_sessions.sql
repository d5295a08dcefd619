-- Up Migration

-- What whoever looks at his sessions knows them by, and when their owner last showed that it is he.
ALTER TABLE session
  ADD COLUMN address       text NOT NULL DEFAULT '',
  ADD COLUMN agent         text NOT NULL DEFAULT '',
  ADD COLUMN confirmed_at  timestamptz;
UPDATE session SET confirmed_at = created_at;
ALTER TABLE session ALTER COLUMN confirmed_at SET NOT NULL;
CREATE INDEX session_username ON session (username);
