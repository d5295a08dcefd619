-- Up Migration

-- When and in what words a camera refused its stored credentials: nobody shows them to it again, not after a restart either,
-- until a person stores others or has them tried again.
ALTER TABLE camera
  ADD COLUMN refused_at     timestamptz,
  ADD COLUMN refused_words  text,
  ADD CHECK ((refused_at IS NULL) = (refused_words IS NULL));
