-- Up Migration

-- Open cases of an item and of a region, the next to end first: of a small one among a million.
CREATE INDEX handled_case_open_item ON handled_case (item_id, (coalesce(promised_at, 'infinity'::timestamptz)), id) WHERE clock <> 'off';
CREATE INDEX handled_case_open_region ON handled_case (region_id, (coalesce(promised_at, 'infinity'::timestamptz)), id) WHERE clock <> 'off';
