-- Up Migration

-- What cameras saw of what a card is about: which files, and their hashes as they were when it was issued.
CREATE TABLE card_footage (
  card_id    text COLLATE "C" NOT NULL REFERENCES card (id) ON DELETE RESTRICT,
  camera_id  text NOT NULL,
  from_at    timestamptz NOT NULL,
  until_at   timestamptz NOT NULL,
  -- [{run, number, startedAt, endedAt, sha256}]
  segments   jsonb NOT NULL,
  PRIMARY KEY (card_id, camera_id)
);
-- Whether it was looked for since the card was issued; revoked, it is held no longer.
ALTER TABLE card ADD COLUMN footage text NOT NULL DEFAULT 'wanted' CHECK (footage IN ('wanted', 'kept', 'released'));
CREATE INDEX card_footage_due ON card (id)
  WHERE footage = 'wanted' AND issued_at IS NOT NULL OR footage = 'kept' AND state = 'revoked';
