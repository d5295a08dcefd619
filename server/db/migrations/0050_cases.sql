-- Up Migration

-- Supervision of cases (contract/registers.ts, cases.ts, exchange.ts).

CREATE TABLE department (
  id         text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  name       jsonb NOT NULL,
  region_id  text NOT NULL REFERENCES region (id) ON DELETE RESTRICT,
  hall_id    text REFERENCES hall (id) ON DELETE SET NULL,
  closed_at  timestamptz
);

-- The ladder of levels, as data.
CREATE TABLE card_level (
  id      text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  name    jsonb NOT NULL,
  rank    integer NOT NULL UNIQUE,
  card    boolean NOT NULL,
  points  integer NOT NULL,
  colour  text NOT NULL
);

INSERT INTO card_level (id, name, rank, card, points, colour) VALUES
  ('warning', '{"zh": "预警", "en": "Warning"}', 1, false, 0, 'blue'),
  ('yellow', '{"zh": "黄牌", "en": "Yellow card"}', 2, true, 2, 'yellow'),
  ('red', '{"zh": "红牌", "en": "Red card"}', 3, true, 5, 'red');

CREATE TABLE subject_type (
  id             text NOT NULL CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  version        integer NOT NULL CHECK (version > 0),
  name           jsonb NOT NULL,
  -- [{level, of, afterDays}]
  rungs          jsonb NOT NULL,
  feedback_days  integer NOT NULL,
  made_at        timestamptz NOT NULL DEFAULT now(),
  -- null: shipped with the program
  made_by        text,
  PRIMARY KEY (id, version)
);

-- The rule sheet as it ships. An online pre-acceptance has 2 working days: over 3 in all is one after its limit, over 5 three.
INSERT INTO subject_type (id, version, name, rungs, feedback_days) VALUES
  ('licence', 1, '{"zh": "行政许可", "en": "Administrative licence"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "statutory", "afterDays": 0}]', 5),
  ('online-pre-acceptance', 1, '{"zh": "网上预受理", "en": "Online pre-acceptance"}', '[
    {"level": "warning", "of": "promised", "afterDays": 0},
    {"level": "yellow", "of": "promised", "afterDays": 1},
    {"level": "red", "of": "promised", "afterDays": 3}]', 5),
  ('special-procedure', 1, '{"zh": "特别程序", "en": "Special procedure"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "promised", "afterDays": 1}]', 5),
  ('consultation', 1, '{"zh": "咨询", "en": "Consultation"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "promised", "afterDays": 1}]', 5),
  ('complaint', 1, '{"zh": "投诉", "en": "Complaint"}', '[
    {"level": "warning", "of": "promised", "afterDays": -2},
    {"level": "yellow", "of": "promised", "afterDays": 0},
    {"level": "red", "of": "promised", "afterDays": 1}]', 5);

-- A case keeps the version that was in force when it was accepted.
CREATE TABLE service_item (
  id             text NOT NULL CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  version        integer NOT NULL CHECK (version > 0),
  department_id  text NOT NULL REFERENCES department (id) ON DELETE RESTRICT,
  type_id        text NOT NULL,
  name           jsonb NOT NULL,
  counting       text NOT NULL CHECK (counting IN ('day', 'second')),
  promised       integer NOT NULL CHECK (promised >= 0),
  statutory      integer NOT NULL CHECK (statutory >= promised),
  immediate      boolean NOT NULL,
  steps          jsonb NOT NULL,
  supervised     boolean NOT NULL,
  valid_from     timestamptz NOT NULL,
  made_at        timestamptz NOT NULL,
  made_by        text,
  PRIMARY KEY (id, version)
);

CREATE TABLE exchange_source (
  id                  text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{1,64}$'),
  name                jsonb NOT NULL,
  department_ids      text[] NOT NULL,
  codes               jsonb NOT NULL,
  silent_after_hours  integer NOT NULL,
  -- sealed: an HMAC needs it as it is
  key_sealed          bytea,
  heard_at            timestamptz
);

CREATE TABLE exchange_receipt (
  id           text COLLATE "C" PRIMARY KEY,
  source_id    text NOT NULL REFERENCES exchange_source (id) ON DELETE CASCADE,
  received_at  timestamptz NOT NULL,
  body_sha256  text NOT NULL,
  rows         integer NOT NULL,
  taken        integer NOT NULL,
  unchanged    integer NOT NULL,
  refused      jsonb NOT NULL
);
CREATE INDEX exchange_receipt_source ON exchange_receipt (source_id, id DESC);

-- "case" is a reserved word in SQL. No foreign keys to places: the history of a hall outlives the hall.
CREATE TABLE handled_case (
  id             text COLLATE "C" PRIMARY KEY,
  -- '': taken in by hand
  source_id      text NOT NULL,
  number         text NOT NULL,
  revision       integer NOT NULL,
  -- of what was handed over: the same revision must be the same
  content        bytea NOT NULL,
  item_id        text NOT NULL,
  item_version   integer NOT NULL,
  department_id  text NOT NULL,
  region_id      text NOT NULL,
  hall_id        text,
  window_id      text,
  ticket_id      text,
  state          text NOT NULL,
  accepted_at    timestamptz,
  finished_at    timestamptz,
  outcome        text,
  step           text,
  clock          text NOT NULL,
  promised_at    timestamptz,
  statutory_at   timestamptz,
  provisional    boolean NOT NULL,
  level          text,
  -- when its level may rise next: the one index that the clock of all cases reads
  next_due_at    timestamptz,
  received_at    timestamptz NOT NULL,
  UNIQUE (source_id, number),
  FOREIGN KEY (item_id, item_version) REFERENCES service_item (id, version) ON DELETE RESTRICT
);

CREATE INDEX handled_case_due ON handled_case (next_due_at) WHERE next_due_at IS NOT NULL;
-- Open cases in the order in which they end; those whose clock stands come last.
CREATE INDEX handled_case_open ON handled_case ((coalesce(promised_at, 'infinity'::timestamptz)), id) WHERE clock <> 'off';
CREATE INDEX handled_case_open_department ON handled_case (department_id, (coalesce(promised_at, 'infinity'::timestamptz)), id) WHERE clock <> 'off';
CREATE INDEX handled_case_open_hall ON handled_case (hall_id, (coalesce(promised_at, 'infinity'::timestamptz)), id) WHERE clock <> 'off';
CREATE INDEX handled_case_level ON handled_case (level, (coalesce(promised_at, 'infinity'::timestamptz)), id) WHERE clock <> 'off' AND level IS NOT NULL;
CREATE INDEX handled_case_ended ON handled_case (finished_at DESC, id) WHERE finished_at IS NOT NULL;
CREATE INDEX handled_case_number ON handled_case (number text_pattern_ops);

CREATE TABLE case_step (
  case_id  text COLLATE "C" NOT NULL REFERENCES handled_case (id) ON DELETE CASCADE,
  seq      integer NOT NULL,
  step     text NOT NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (case_id, seq)
);

CREATE TABLE case_procedure (
  case_id       text COLLATE "C" NOT NULL REFERENCES handled_case (id) ON DELETE CASCADE,
  id            integer NOT NULL,
  kind          text NOT NULL,
  legal_basis   text NOT NULL,
  approver      text NOT NULL,
  planned_days  integer NOT NULL,
  started_at    timestamptz NOT NULL,
  ended_at      timestamptz,
  level         text,
  next_due_at   timestamptz,
  PRIMARY KEY (case_id, id),
  CHECK (ended_at >= started_at)
);
CREATE INDEX case_procedure_due ON case_procedure (next_due_at) WHERE next_due_at IS NOT NULL;

-- What another calendar made of limits.
CREATE TABLE case_recount (
  case_id     text COLLATE "C" NOT NULL REFERENCES handled_case (id) ON DELETE CASCADE,
  at          timestamptz NOT NULL,
  -- before and after, and the days that changed
  difference  jsonb NOT NULL,
  PRIMARY KEY (case_id, at)
);

-- How far the counting anew has come; a restart goes on there.
CREATE TABLE case_recount_run (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- null: every hall
  hall_id   text,
  after_id  text COLLATE "C" NOT NULL DEFAULT ''
);

-- One row: the calendar that limits were last counted by, and until when the clock of cases is known to have run.
CREATE TABLE case_clock (
  single    boolean PRIMARY KEY DEFAULT true CHECK (single),
  calendar  text,
  alive_at  timestamptz
);
INSERT INTO case_clock DEFAULT VALUES;
