-- Up Migration

-- How citizens can be reached is needed until their matter is closed and for the questions after it; who asked for an account and
-- was not answered shall not wait for ever.
INSERT INTO retention VALUES ('contacts', 365), ('registrations', 90);
