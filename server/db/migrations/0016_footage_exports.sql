-- Up Migration

-- Spans of footage as MP4 files 录像导出. The row stays when its files are gone, and says so.
CREATE TABLE footage_export (
  -- ULID: sorts by the time of the request
  id            text COLLATE "C" PRIMARY KEY,
  camera_ids    text[] NOT NULL,
  from_at       timestamptz NOT NULL,
  until_at      timestamptz NOT NULL,
  exact         boolean NOT NULL,
  note          text NOT NULL,
  status        text NOT NULL CHECK (status IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- why it failed, or that its files expired
  code          text,
  -- as the contract has it (ExportFile)
  files         jsonb NOT NULL DEFAULT '[]',
  -- how often it was begun
  attempts      integer NOT NULL DEFAULT 0,
  requested_by  text NOT NULL,
  requested_at  timestamptz NOT NULL,
  finished_at   timestamptz,
  CHECK (until_at > from_at)
);
CREATE INDEX footage_export_open ON footage_export (id) WHERE status IN ('waiting', 'running');
