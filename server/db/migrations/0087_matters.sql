-- Up Migration

-- What an office and whom it concerns handle in turns (contract/matters.ts): orders, complaints, enquiries, bad reviews.
CREATE SEQUENCE order_number;

CREATE TABLE matter (
  id              text COLLATE "C" PRIMARY KEY,
  kind            text NOT NULL,
  -- of what came from a citizen, his key to it
  number          text NOT NULL UNIQUE,
  state           text NOT NULL,
  title           text NOT NULL,
  text            text NOT NULL,
  -- No foreign keys to places: the history of a hall outlives the hall.
  region_id       text NOT NULL,
  hall_id         text,
  -- of a bad review
  window_id       text,
  department_id   text,
  from_region_id  text,
  subject         jsonb,
  parent_id       text COLLATE "C" REFERENCES matter (id) ON DELETE RESTRICT,
  reply_days      integer NOT NULL,
  -- sealed: how a citizen can be reached
  contact         bytea,
  verdict         text,
  rating          integer,
  acts            integer NOT NULL,
  made_at         timestamptz NOT NULL,
  made_by         text,
  due_at          timestamptz,
  -- when its clock looks at it again
  next_due_at     timestamptz,
  escalations     integer NOT NULL DEFAULT 0,
  closed_at       timestamptz
);
CREATE INDEX matter_kind ON matter (kind, id DESC);
CREATE INDEX matter_hall ON matter (hall_id, id DESC);
CREATE INDEX matter_open ON matter (kind, id DESC) WHERE closed_at IS NULL;
CREATE INDEX matter_due ON matter (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX matter_parent ON matter (parent_id) WHERE parent_id IS NOT NULL;
-- a rating in a hall becomes one matter, however often it is heard
CREATE UNIQUE INDEX matter_event ON matter ((subject->>'id')) WHERE subject->>'of' = 'event';

CREATE TABLE matter_act (
  matter_id      text COLLATE "C" NOT NULL REFERENCES matter (id) ON DELETE RESTRICT,
  -- 1, 2, 3: of two people who act on the same state, one is second
  seq            integer NOT NULL,
  at             timestamptz NOT NULL,
  -- null: a citizen, or nobody
  by             text,
  act            text NOT NULL,
  note           text NOT NULL,
  verdict        text,
  rating         integer,
  department_id  text,
  PRIMARY KEY (matter_id, seq)
);

-- What was done stays done.
CREATE FUNCTION matter_act_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'acts are added, never changed';
END $$;
CREATE TRIGGER matter_act_stays BEFORE UPDATE OR DELETE ON matter_act FOR EACH ROW EXECUTE FUNCTION matter_act_stays();
