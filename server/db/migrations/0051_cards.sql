-- Up Migration

-- When a case was first handed over: of one that came only when it was late, nobody could be warned.
ALTER TABLE handled_case ADD COLUMN first_received_at timestamptz;
UPDATE handled_case SET first_received_at = received_at;
ALTER TABLE handled_case ALTER COLUMN first_received_at SET NOT NULL;

-- Cards (contract/cards.ts). Nothing is taken away: what happened to a card is a row for each act.
CREATE TABLE card (
  id               text COLLATE "C" PRIMARY KEY,
  case_id          text COLLATE "C" NOT NULL REFERENCES handled_case (id) ON DELETE RESTRICT,
  -- null: the case itself
  procedure_id     integer,
  level            text NOT NULL REFERENCES card_level (id) ON DELETE RESTRICT,
  type_id          text NOT NULL,
  type_version     integer NOT NULL,
  department_id    text NOT NULL,
  region_id        text NOT NULL,
  hall_id          text,
  step             text,
  -- how it was counted: rung, end, trace
  basis            jsonb NOT NULL,
  state            text NOT NULL,
  feedback         text NOT NULL,
  appeal           text NOT NULL,
  -- who wants it revoked, until a second person agrees
  revoke_by        text,
  -- acts so far
  acts             integer NOT NULL,
  proposed_at      timestamptz NOT NULL,
  issued_at        timestamptz,
  issued_by        text,
  feedback_due_at  timestamptz,
  appeal_until     timestamptz,
  FOREIGN KEY (type_id, type_version) REFERENCES subject_type (id, version) ON DELETE RESTRICT
);
-- One of a level for a subject; what was revoked is not proposed again, what was cancelled may be.
CREATE UNIQUE INDEX card_once ON card (case_id, coalesce(procedure_id, 0), level) WHERE state <> 'cancelled';
CREATE INDEX card_state ON card (state, id DESC);
CREATE INDEX card_department ON card (department_id, id DESC);

CREATE TABLE card_act (
  card_id  text COLLATE "C" NOT NULL REFERENCES card (id) ON DELETE RESTRICT,
  -- 1, 2, 3: of two people who act on the same state, one is second
  seq      integer NOT NULL,
  at       timestamptz NOT NULL,
  -- null: the clock of cases
  by       text,
  act      text NOT NULL,
  note     text NOT NULL,
  details  jsonb NOT NULL,
  PRIMARY KEY (card_id, seq)
);

-- Times in which nobody could work or be warned: of one source, or of Hallwatch itself (null).
CREATE TABLE case_outage (
  id         text COLLATE "C" PRIMARY KEY,
  source_id  text,
  began_at   timestamptz NOT NULL,
  ended_at   timestamptz NOT NULL,
  note       text NOT NULL,
  -- null: found by Hallwatch
  noted_by   text,
  CHECK (ended_at > began_at)
);
CREATE INDEX case_outage_span ON case_outage (ended_at, began_at);
