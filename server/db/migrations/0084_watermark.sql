-- Up Migration

-- Whoever photographs a screen photographs the name of who sits before it.
ALTER TABLE viewing_policy ADD COLUMN watermark boolean NOT NULL DEFAULT false;
