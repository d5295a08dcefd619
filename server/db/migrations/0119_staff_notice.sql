-- Up Migration

-- What those who work here are told 告知书: every version stays as it was read.
CREATE TABLE staff_notice (
  version       integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  text          jsonb NOT NULL,
  published_at  timestamptz NOT NULL,
  published_by  text NOT NULL
);
CREATE TABLE staff_notice_read (
  version   integer NOT NULL REFERENCES staff_notice (version),
  username  text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  read_at   timestamptz NOT NULL,
  PRIMARY KEY (version, username)
);
