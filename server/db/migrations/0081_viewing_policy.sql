-- Up Migration

-- Where whoever looks at pictures, or takes them away, must say why: one row.
CREATE TABLE viewing_policy (
  one               boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- of an export
  export_reason     boolean NOT NULL,
  -- of footage that is older than so many days; null: of none
  old_footage_days  integer CHECK (old_footage_days >= 0)
);
INSERT INTO viewing_policy (export_reason, old_footage_days) VALUES (false, NULL);
