-- Up Migration

-- The history is read in pages by id, which begins with the time of raising: of all, of a hall, of a rule, of a subject.
DROP INDEX alert_hall;
CREATE INDEX alert_of_hall ON alert (hall_id, id DESC);
CREATE INDEX alert_of_rule ON alert (rule_id, id DESC);
CREATE INDEX alert_of_subject ON alert (subject, rule_id, id DESC);
