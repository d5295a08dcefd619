-- Up Migration

-- What departments may do by law, and whom it is about (contract/enforcement.ts). Never removed: cases name them.
CREATE TABLE enforcement_act (
  id             text PRIMARY KEY,
  name           jsonb NOT NULL,
  kind           text NOT NULL,
  department_id  text NOT NULL REFERENCES department (id) ON DELETE RESTRICT,
  legal_basis    text NOT NULL,
  withdrawn_at   timestamptz
);
CREATE TABLE party (
  code           text PRIMARY KEY,
  kind           text NOT NULL,
  name           text NOT NULL,
  department_id  text NOT NULL REFERENCES department (id) ON DELETE RESTRICT,
  withdrawn_at   timestamptz
);

-- Acts of law enforcement may name them from now on. A type that somebody has changed is left to him.
INSERT INTO subject_type (id, version, name, rungs, feedback_days, steps, limits, form)
SELECT id, 2, name, rungs, feedback_days, steps, limits, form || '[
  {"id": "listed-act", "name": {"zh": "权责事项", "en": "Act of the register"}, "kind": "act", "required": false, "options": []},
  {"id": "party-code", "name": {"zh": "相对人代码", "en": "Party of the register"}, "kind": "party", "required": false, "options": []}]'
FROM subject_type
WHERE id = 'enforcement' AND (SELECT max(version) FROM subject_type WHERE id = 'enforcement') = 1;
