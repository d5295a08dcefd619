-- Up Migration

-- Messages of terminals as ingest processes took them, acknowledged to the broker and on their way to the server, which
-- takes each out when what it says is in the log.
CREATE TABLE terminal_spool (
  position     bigserial PRIMARY KEY,
  received_at  timestamptz NOT NULL,
  topic        text NOT NULL,
  payload      bytea NOT NULL
);

CREATE FUNCTION terminal_spool_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('terminal_spool', '');
  RETURN NULL;
END $$;
CREATE TRIGGER terminal_spool_told AFTER INSERT ON terminal_spool FOR EACH STATEMENT EXECUTE FUNCTION terminal_spool_told();

-- Ingest processes that are there, or were until they died.
CREATE TABLE terminal_ingest (
  name     text PRIMARY KEY,
  seen_at  timestamptz NOT NULL
);
