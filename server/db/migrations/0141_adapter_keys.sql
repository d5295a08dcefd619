-- Up Migration

-- Devices that an adapter reads may have a key in common (0098): then nobody without it says what the adapter reads.
CREATE TABLE adapter_key (
  adapter_id  text COLLATE "C" PRIMARY KEY,
  -- as Mosquitto writes it, see lib/device-key.ts
  key_hash    text NOT NULL,
  issued_at   timestamptz NOT NULL
);
