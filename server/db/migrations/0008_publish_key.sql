-- Up Migration

-- A device that pushes by RTMP is not asked for a password; its publish key is kept in the place of one, sealed alike.
ALTER TABLE camera DROP CONSTRAINT camera_source_choice_check;
ALTER TABLE camera ADD CONSTRAINT camera_source_choice_check CHECK (source_choice IN ('auto', 'rtsp', 'ffmpeg', 'rtmp'));
