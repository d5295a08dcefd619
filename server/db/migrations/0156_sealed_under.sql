-- Up Migration

-- By what the secret.key is known again that everything sealed in this database is under; not the key. Set by the first
-- start, and together with what is sealed anew when the key is changed (server/db/secret.ts).
CREATE TABLE sealed_under (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  mark  bytea NOT NULL
);
