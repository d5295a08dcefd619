-- Up Migration

-- Who works at windows (contract/staff.ts), by the number that terminals know. Never removed: figures name it.
CREATE TABLE staff_member (
  number         text PRIMARY KEY,
  name           text NOT NULL,
  department_id  text NOT NULL REFERENCES department (id) ON DELETE RESTRICT,
  post           text NOT NULL,
  left_at        timestamptz
);
