-- Up Migration

-- Who is disabled keeps his name and his grants, and may nothing: what he did stays his.
ALTER TABLE account ADD COLUMN disabled_at timestamptz;
