-- Up Migration

-- Commands to terminals: who told which device what, and what it said to that.
CREATE TABLE terminal_command (
  rid          text PRIMARY KEY,
  hall_id      text NOT NULL,
  kind         text NOT NULL,
  device_id    text NOT NULL,
  -- contract/terminal-commands.ts
  command      jsonb NOT NULL,
  given_by     text NOT NULL,
  given_at     timestamptz NOT NULL,
  status       text NOT NULL CHECK (status IN ('sent', 'done', 'refused', 'unanswered', 'unsent')),
  code         text,
  answered_at  timestamptz
);
CREATE INDEX terminal_command_of_device ON terminal_command (hall_id, kind, device_id, given_at DESC);
