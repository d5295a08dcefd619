-- Up Migration

-- Motion is nearly all of what cameras notice, and a month of it is shown to nobody: what else there was is found without it.
CREATE INDEX camera_event_rare ON camera_event (camera_id, at DESC) WHERE kind <> 'motion';
