-- Up Migration

-- Adapters 适配: how messages of devices that do not speak our topics are read (contract/adapters.ts), in each version.
CREATE TABLE adapter_version (
  adapter_id  text COLLATE "C" NOT NULL,
  version     integer NOT NULL CHECK (version > 0),
  -- null: it was removed
  definition  jsonb,
  changed_by  text NOT NULL,
  changed_at  timestamptz NOT NULL,
  PRIMARY KEY (adapter_id, version)
);
