-- Up Migration

-- Where on a camera's picture the seat 座位 of a window is; whether somebody sits there is told by how that part differs from
-- the confirmed view. One camera tells of a seat.
CREATE TABLE seat_region (
  hall_id     text NOT NULL REFERENCES hall (id) ON DELETE CASCADE,
  window_id   text NOT NULL,
  camera_id   text NOT NULL REFERENCES camera (id) ON DELETE CASCADE,
  -- shares of the picture's width and height, as of masks
  region      jsonb NOT NULL,
  PRIMARY KEY (hall_id, window_id)
);
CREATE INDEX seat_region_camera ON seat_region (camera_id);
