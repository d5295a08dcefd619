-- Up Migration

-- What an alert has brought to a screen, and until when: a screen that comes back after a restart shows it again.
ALTER TABLE wall_screen ADD COLUMN driven jsonb;
