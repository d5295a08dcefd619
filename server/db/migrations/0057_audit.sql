-- Up Migration

-- Who did, watched or took what: one chain, to which entries are only ever added.
--
-- A plain table: a hypertable cannot hold seq alone unique, and a chain is never dropped by chunks.
-- No foreign keys: what somebody did outlives him, and what he did it to.
CREATE TABLE audit_entry (
  seq           bigint PRIMARY KEY CHECK (seq > 0),
  -- of what lasts, the end; `began` is its beginning
  at            timestamptz NOT NULL,
  began         timestamptz,
  account       text,
  session       text,
  address       text,
  act           text NOT NULL,
  subject_kind  text NOT NULL,
  subject_id    text NOT NULL,
  hall_id       text,
  reason        text,
  -- json, not jsonb: the hash is over the text as it was written
  details       json NOT NULL,
  previous      bytea NOT NULL CHECK (length(previous) = 32),
  hash          bytea NOT NULL CHECK (length(hash) = 32)
);

-- As people search: by time, and by time within who, what and where.
CREATE INDEX audit_entry_at ON audit_entry (at, seq);
CREATE INDEX audit_entry_account ON audit_entry (account, at, seq);
CREATE INDEX audit_entry_subject ON audit_entry (subject_kind, subject_id, at, seq);
CREATE INDEX audit_entry_act ON audit_entry (act, at, seq);
CREATE INDEX audit_entry_hall ON audit_entry (hall_id, at, seq);

CREATE TABLE audit_seal (
  number     integer PRIMARY KEY CHECK (number > 0),
  day        date NOT NULL,
  last_seq   bigint NOT NULL,
  count      bigint NOT NULL,
  last_hash  bytea NOT NULL,
  sealed_at  timestamptz NOT NULL,
  key_id     text NOT NULL,
  previous   bytea NOT NULL,
  signature  bytea NOT NULL
);

-- What a person does by mistake, and what the program does by a bug, stops here. Whoever owns the tables can take this
-- away; that is what the chain and the seals are for (docs/audit.md).
CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is only ever added to';
END $$;
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_is_kept_whole BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit_seal
  FOR EACH ROW EXECUTE FUNCTION audit_is_kept();
CREATE TRIGGER audit_is_kept_whole BEFORE TRUNCATE ON audit_seal
  FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept();

-- Where a reason is asked for, by purpose of the camera: live, footage, export.
CREATE TABLE audit_reason_policy (
  purpose  text PRIMARY KEY CHECK (purpose IN ('public-area', 'window', 'back-office')),
  asked    text[] NOT NULL CHECK (asked <@ ARRAY['live', 'footage', 'export'])
);
INSERT INTO audit_reason_policy (purpose, asked) VALUES
  ('public-area', '{}'),
  ('window', '{}'),
  ('back-office', '{live,footage,export}');
