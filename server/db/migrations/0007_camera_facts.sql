-- Up Migration

-- as configured; null where the camera does not say
ALTER TABLE camera_profile ADD COLUMN key_interval_sec double precision;
ALTER TABLE camera_profile ADD COLUMN audio text CHECK (audio IN ('aac', 'pcmu', 'pcma', 'other'));

-- what it can do beyond pictures, {"ptz": true, ...}; null until it has been asked
ALTER TABLE camera ADD COLUMN capabilities jsonb;
