-- Up Migration

-- What is said of a camera to whoever watches by it, and which parts of its picture 遮挡区域 he does not see. Footage outlives its
-- camera, and its masks with it: this refers to no camera.
CREATE TABLE camera_privacy (
  camera_id   text PRIMARY KEY,
  purpose     text NOT NULL,
  regions     jsonb NOT NULL,
  changed_at  timestamptz NOT NULL,
  changed_by  text NOT NULL
);
