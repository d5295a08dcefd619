-- Up Migration

-- Second factor: the secret that an authenticator shares with us, sealed.
CREATE TABLE account_totp (
  username       text PRIMARY KEY REFERENCES account (username) ON DELETE CASCADE,
  secret_sealed  bytea NOT NULL,
  -- null until a first code has shown that the authenticator has it
  confirmed_at   timestamptz,
  -- the time step of the code that was used last: none opens twice
  last_step      bigint NOT NULL DEFAULT 0
);

-- For who has lost his authenticator; each opens once.
CREATE TABLE account_recovery_code (
  username  text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  -- SHA-256: the codes are random and long
  code      bytea NOT NULL,
  PRIMARY KEY (username, code)
);

-- Passkeys (WebAuthn).
CREATE TABLE account_passkey (
  id            bytea PRIMARY KEY,
  username      text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  -- SubjectPublicKeyInfo, DER
  public_key    bytea NOT NULL,
  -- as COSE numbers it (RFC 9053)
  algorithm     integer NOT NULL,
  sign_count    bigint NOT NULL,
  name          text NOT NULL,
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz
);
CREATE INDEX account_passkey_username ON account_passkey (username);
