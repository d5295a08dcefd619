-- Up Migration

-- What is covered in the files of an export for good, by camera: what whoever asked for it did not see when he did.
ALTER TABLE footage_export ADD COLUMN covered jsonb NOT NULL DEFAULT '{}';
