-- Up Migration

-- What was accepted and finished in a span of months, without the cases themselves.
CREATE INDEX handled_case_accepted ON handled_case (accepted_at) INCLUDE (region_id, department_id, hall_id, item_id) WHERE accepted_at IS NOT NULL;
CREATE INDEX card_issued ON card (issued_at) WHERE issued_at IS NOT NULL;
