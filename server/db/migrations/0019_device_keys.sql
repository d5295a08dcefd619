-- Up Migration

-- Devices prove who they are by keys of their own, wait for approval, retire, and are replaced.

ALTER TABLE terminal
  -- as Mosquitto writes it in a password file: $7$rounds$salt$hash; null where the device has no key
  ADD COLUMN key_hash       text,
  ADD COLUMN key_issued_at  timestamptz,
  -- out of service since; its history stays
  ADD COLUMN retired_at     timestamptz,
  -- the device, of the same hall and kind, that took its place
  ADD COLUMN replaced_by    text;

ALTER TABLE unknown_terminal
  -- an administrator does not want it
  ADD COLUMN refused_at  timestamptz,
  -- the key it came with, hashed as above, and the fingerprint by which people compare it
  ADD COLUMN key_hash    text,
  ADD COLUMN key_print   text;
