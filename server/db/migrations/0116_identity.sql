-- Up Migration

-- The identity provider 统一身份认证 (OpenID Connect) that people may sign in by.
CREATE TABLE identity_provider (
  one            boolean PRIMARY KEY DEFAULT true CHECK (one),
  settings       jsonb NOT NULL,
  -- null: the provider knows us without
  secret_sealed  bytea
);

-- Who at a provider an account belongs to: one subject for an account, and one account for a subject.
CREATE TABLE account_identity (
  issuer        text NOT NULL,
  subject       text NOT NULL,
  username      text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  linked_at     timestamptz NOT NULL,
  -- null: by the rule
  linked_by     text,
  last_used_at  timestamptz,
  PRIMARY KEY (issuer, subject),
  UNIQUE (username, issuer)
);

-- Opened by the provider: it can be ended there as well.
ALTER TABLE session ADD COLUMN by_provider boolean NOT NULL DEFAULT false;
