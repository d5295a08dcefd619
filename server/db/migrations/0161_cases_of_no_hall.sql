-- Up Migration

-- Open cases of departments that work in no hall, the next to end first: who has their region whole looks at them.
CREATE INDEX handled_case_open_nowhere ON handled_case (region_id, (coalesce(promised_at, 'infinity'::timestamptz)), id)
  WHERE clock <> 'off' AND hall_id IS NULL;
