-- Up Migration

-- Name and time of who watches stand over pictures of cameras of these purposes.
ALTER TABLE viewing_policy ALTER COLUMN watermark DROP DEFAULT;
ALTER TABLE viewing_policy ALTER COLUMN watermark TYPE text[]
  USING CASE WHEN watermark THEN ARRAY['public-area', 'window', 'back-office'] ELSE '{}'::text[] END;
ALTER TABLE viewing_policy ALTER COLUMN watermark SET DEFAULT '{}',
  ADD CHECK (watermark <@ ARRAY['public-area', 'window', 'back-office']);
