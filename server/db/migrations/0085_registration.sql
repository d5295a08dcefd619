-- Up Migration

-- People who ask for an account 自助注册, until somebody who administers them admits or declines them.
CREATE TABLE account_registration (
  username       text PRIMARY KEY CHECK (username ~ '^[a-z0-9._-]{2,64}$'),
  display_name   text NOT NULL,
  password_hash  text NOT NULL,
  -- GB/T 2260 code of the region where he works, as he typed it
  region_code    text NOT NULL,
  note           text NOT NULL,
  address        text NOT NULL,
  asked_at       timestamptz NOT NULL
);
