-- Up Migration

CREATE TABLE account (
  username       text PRIMARY KEY CHECK (username ~ '^[a-z0-9._-]{2,64}$'),
  display_name   text NOT NULL,
  role           text NOT NULL,
  -- argon2id in PHC string format: parameters and salt stand in it
  password_hash  text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- A session is known by the SHA-256 of its token: who reads this table cannot sign in with it.
CREATE TABLE session (
  token_hash    bytea PRIMARY KEY,
  username      text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  created_at    timestamptz NOT NULL,
  -- moved by use, at most once a minute
  last_used_at  timestamptz NOT NULL,
  -- never moved: the end of the session however much it is used
  expires_at    timestamptz NOT NULL
);

CREATE INDEX session_expires_at ON session (expires_at);
