-- Up Migration

-- The clip of an alert is held by its id while somebody has to do with it.
CREATE INDEX footage_hold_subject ON footage_hold (subject_id) WHERE lifted_at IS NULL;
