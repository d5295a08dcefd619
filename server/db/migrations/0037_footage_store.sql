-- Up Migration

-- A volume may lie in an S3-compatible store: then its path is the address, `https://...`, and these open it. Null: a folder.
ALTER TABLE footage_volume
  ADD COLUMN store_region      text,
  ADD COLUMN store_key_id      text,
  -- sealed, see server/lib/secret-box.ts
  ADD COLUMN store_secret_key  bytea,
  -- what is being recorded is written to disks
  ADD CHECK (store_region IS NULL OR (tier > 1 AND quota_bytes IS NOT NULL)),
  ADD CHECK ((store_region IS NULL) = (store_key_id IS NULL) AND (store_region IS NULL) = (store_secret_key IS NULL));
