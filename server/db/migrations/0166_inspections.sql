-- Up Migration

-- What somebody saw on a camera and put down, with the picture (contract/inspections.ts). No foreign keys to places: what
-- was seen outlives hall and camera.
CREATE TABLE inspection (
  id         text COLLATE "C" PRIMARY KEY,
  hall_id    text NOT NULL,
  region_id  text NOT NULL,
  camera_id  text NOT NULL,
  seen_at    timestamptz NOT NULL,
  note       text NOT NULL,
  -- JPEG
  picture    bytea NOT NULL,
  sha256     bytea NOT NULL,
  -- who made it saw no masks: it is for nobody who sees some
  whole      boolean NOT NULL,
  made_at    timestamptz NOT NULL,
  made_by    text NOT NULL
);
CREATE INDEX inspection_hall ON inspection (hall_id, id DESC);

-- What came of one.
CREATE INDEX matter_inspection ON matter ((subject->>'id')) WHERE subject->>'of' = 'inspection';
ALTER TABLE card ADD COLUMN inspection_id text COLLATE "C" REFERENCES inspection (id) ON DELETE RESTRICT;
CREATE INDEX card_inspection ON card (inspection_id) WHERE inspection_id IS NOT NULL;
