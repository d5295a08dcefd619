-- Up Migration

-- Pictures under floor plans, kept by what they are: a plan names the one it stands on.
CREATE TABLE plan_image (
  hall_id     text NOT NULL REFERENCES hall (id) ON DELETE CASCADE,
  sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  media_type  text NOT NULL,
  bytes       bytea NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hall_id, sha256)
);

-- Plans gain a picture, terminals that stand by themselves, and waiting areas the queues that wait in them.
UPDATE hall SET floor_plan = floor_plan
  || '{"image": null, "terminals": []}'
  || jsonb_build_object('shapes', (
       SELECT coalesce(jsonb_agg(shape || '{"queueIds": []}' ORDER BY position), '[]')
       FROM jsonb_array_elements(floor_plan -> 'shapes') WITH ORDINALITY AS s (shape, position)
     ))
WHERE floor_plan IS NOT NULL;
