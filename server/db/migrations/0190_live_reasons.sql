-- Up Migration

-- Live pictures of cameras of these purposes open only to a session that has said why.
ALTER TABLE viewing_policy ADD COLUMN live_reason text[] NOT NULL DEFAULT '{}'
  CHECK (live_reason <@ ARRAY['public-area', 'window', 'back-office']);

-- Why a session watches a camera. Kept, so that a wall comes back by itself after a restart of the server.
CREATE TABLE live_reason (
  session    bytea NOT NULL REFERENCES session (token_hash) ON DELETE CASCADE,
  camera_id  text NOT NULL,
  reason     text NOT NULL,
  given_at   timestamptz NOT NULL,
  PRIMARY KEY (session, camera_id)
);
