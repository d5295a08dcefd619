-- Up Migration

-- Why it was asked for; its manifest says so to whoever is given the files.
ALTER TABLE footage_export ADD COLUMN reason text NOT NULL DEFAULT '';
