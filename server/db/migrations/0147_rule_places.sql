-- Up Migration

ALTER TABLE alert_rule_version
  -- where it holds: regions, halls, windows, cameras, as the contract names them; null: everywhere
  ADD COLUMN places        jsonb,
  -- whether somebody may be called to account for what is confirmed of its alerts
  ADD COLUMN card_allowed  boolean NOT NULL DEFAULT false;

UPDATE alert_rule_version SET places = (
  SELECT coalesce(jsonb_agg(jsonb_build_object('of', 'hall', 'hallId', hall_id)), '[]') FROM unnest(hall_ids) AS hall_id
) WHERE hall_ids IS NOT NULL;
ALTER TABLE alert_rule_version DROP COLUMN hall_ids;

-- What the people at a window do. A crowd, a lost terminal or a dark camera is nobody's fault before it was looked into.
UPDATE alert_rule_version SET card_allowed = true FROM alert_rule
WHERE alert_rule.id = rule_id AND kind IN (
  'window-unattended', 'window-never-opened', 'early-close', 'idle-with-queue', 'pause-overrun', 'long-service', 'bad-review',
  'review-anomaly'
);
