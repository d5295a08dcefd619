-- Up Migration

-- What an account may do, and where: a role over everything, over a region with all below it, or in one hall.
CREATE TABLE account_grant (
  username    text NOT NULL REFERENCES account (username) ON DELETE CASCADE,
  role        text NOT NULL,
  -- both null: everything
  region_id   text REFERENCES region (id) ON DELETE CASCADE,
  hall_id     text REFERENCES hall (id) ON DELETE CASCADE,
  -- null: until it is taken back; a deputy's ends by itself
  until       timestamptz,
  granted_at  timestamptz NOT NULL,
  -- null: the house itself
  granted_by  text,
  CHECK (num_nonnulls(region_id, hall_id) <= 1),
  UNIQUE NULLS NOT DISTINCT (username, role, region_id, hall_id)
);
CREATE INDEX account_grant_region ON account_grant (region_id) WHERE region_id IS NOT NULL;
CREATE INDEX account_grant_hall ON account_grant (hall_id) WHERE hall_id IS NOT NULL;

-- Until now every account had one role, everywhere.
INSERT INTO account_grant (username, role, granted_at) SELECT username, role, created_at FROM account;
ALTER TABLE account DROP COLUMN role;
