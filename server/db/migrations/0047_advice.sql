-- Up Migration

-- What a hall manager was advised, and what came of it (contract/advice.ts). Nothing is ever taken out of the record.
CREATE TABLE advice (
  id          text PRIMARY KEY,
  hall_id     text NOT NULL REFERENCES hall (id) ON DELETE CASCADE,
  given_at    timestamptz NOT NULL,
  horizon_at  timestamptz NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('open', 'lend')),
  window_id   text NOT NULL,
  queue_id    text NOT NULL,
  -- how the queue stood
  because     jsonb NOT NULL,
  -- of every queue: queueId, without, with, happened
  peaks       jsonb NOT NULL,
  seed        bigint NOT NULL,
  runs        integer NOT NULL,
  ended       text CHECK (ended IN ('taken', 'eased', 'expired')),
  ended_at    timestamptz,
  settled_at  timestamptz,
  CHECK ((ended IS NULL) = (ended_at IS NULL))
);
CREATE INDEX advice_hall ON advice (hall_id, given_at DESC);
CREATE INDEX advice_unsettled ON advice (horizon_at) WHERE settled_at IS NULL;
